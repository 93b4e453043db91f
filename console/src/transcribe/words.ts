// A transcript as blocks of words: what one person says until another does.

import type { Segment, SpeakerTag } from "../types";

export interface SpokenWord {
  /** Its number in the whole transcript. */
  index: number;
  start: number;
  end: number;
  /** What stands before it, such as a space. */
  before: string;
  text: string;
}

export interface Block {
  start: number;
  end: number;
  speaker: SpeakerTag | undefined;
  words: SpokenWord[];
}

/** Blocks are no longer than this many words, so that each can be seen at once. */
const MAX_WORDS = 120;
const PAUSE_SECONDS = 2;

/** Divides a transcript: at a change of speakers, a pause, or the end of a sentence of a long block. */
export function blocks(segments: Segment[]): Block[] {
  const all: Block[] = [];
  let index = 0;
  for (const segment of segments) {
    const last = all.at(-1);
    const continues =
      last &&
      key(last.speaker) === key(segment.speaker) &&
      segment.start - last.end < PAUSE_SECONDS &&
      last.words.length < MAX_WORDS;
    const block = continues ? last : { start: segment.start, end: segment.end, speaker: segment.speaker, words: [] as SpokenWord[] };
    if (!continues) all.push(block);
    for (const word of words(segment, block.words.length > 0)) {
      block.words.push({ ...word, index: index++ });
    }
    block.end = segment.end;
  }
  return all;
}

export function key(speaker: SpeakerTag | undefined): string {
  return speaker?.id ?? speaker?.label ?? "";
}

/** The words of a segment with the spaces and signs between them, as its text has them. */
function words({ text, start, end, words: timed }: Segment, follows: boolean): Omit<SpokenWord, "index">[] {
  const space = follows ? " " : "";
  const whole = text.trim();
  if (!timed?.length) return [{ start, end, before: space, text: whole }];
  const found: Omit<SpokenWord, "index">[] = [];
  let at = 0;
  for (const word of timed) {
    const sought = word.text.trim();
    const position = whole.indexOf(sought, at);
    if (position < 0) return timed.map((one, index) => ({ ...one, before: index || follows ? " " : "", text: one.text.trim() }));
    found.push({ start: word.start, end: word.end, before: whole.slice(at, position), text: sought });
    at = position + sought.length;
  }
  found.at(-1)!.text += whole.slice(at);
  found[0]!.before = space + found[0]!.before;
  return found;
}

/** The number of the word that is being said, or was said last; -1 before the first. */
export function wordAt(starts: number[], time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a phrase is found: the numbers of its first and last word. */
export function search(all: SpokenWord[], phrase: string): [number, number][] {
  const sought = phrase.trim().toLocaleLowerCase().replace(/\s+/g, " ");
  if (!sought) return [];
  const ends: number[] = [];
  let whole = "";
  for (const { before, text } of all) {
    whole += (before + text).toLocaleLowerCase();
    ends.push(whole.length);
  }
  const found: [number, number][] = [];
  for (let at = whole.indexOf(sought); at >= 0; at = whole.indexOf(sought, at + sought.length)) {
    found.push([ends.findIndex((end) => end > at), ends.findIndex((end) => end >= at + sought.length)]);
  }
  return found;
}
