// Bars by uPlot, which is loaded with this module alone; it imports nothing else, so that it shares no code with
// the rest of the console.

import uPlot from "uplot";

const HEIGHT = 200;
const HALF_DAY = 43_200;

/** Draws bars into an element, in the colours of the page; returns what removes them. */
export function draw(element: HTMLElement, dates: string[], values: number[], label: { day: (date: Date) => string; value: (value: number) => string }): () => void {
  let plot: uPlot | undefined;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const make = () => {
    plot?.destroy();
    const colour = (name: string) => resolved(element, name);
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        // Half a day more on each side, so that no bar is cut.
        scales: { x: { time: true, range: (_, first, last) => [first - HALF_DAY, last + HALF_DAY] }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
        axes: [
          { ...axis, grid: { show: false }, values: (_, splits) => splits.map((time) => label.day(new Date(time * 1000))), space: 70, size: 36, gap: 12 },
          { ...axis, values: (_, splits) => splits.map(label.value), size: 64 },
        ],
        series: [{}, { paths: uPlot.paths.bars!({ size: [0.7, 40], radius: 0.2 }), fill: colour("--accent"), width: 0, points: { show: false } }],
      },
      [dates.map((date) => Date.parse(date) / 1000), values],
      element,
    );
  };
  const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: HEIGHT }));
  make();
  observer.observe(element);
  dark.addEventListener("change", make);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", make);
    plot?.destroy();
  };
}

/** The colour that a variable has now; a canvas does not know light-dark(). */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
