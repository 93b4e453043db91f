// Shows /openapi.json to people. No framework: the document has few shapes, and this page loads nothing from elsewhere.

const DEEPEST = 4;
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head'];

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

// Descriptions mark what is code by backticks, as Markdown does.
function prose(name, className, text) {
  const parts = (text ?? '').split('`').map((part, i) => (i % 2 === 1 ? element('code', { textContent: part }) : part));
  return element(name, { className }, ...parts);
}

function resolver(api) {
  return function resolve(part) {
    if (!part || !part.$ref) return part ?? {};
    return resolve(part.$ref.slice(2).split('/').reduce((at, key) => at[key.replaceAll('~1', '/').replaceAll('~0', '~')], api));
  };
}

function typeOf(schema, resolve) {
  const name = schema.$ref?.split('/').at(-1);
  const whole = resolve(schema);
  if (whole.const !== undefined) return JSON.stringify(whole.const);
  if (whole.enum) return whole.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (whole.type === 'array') return `list of ${typeOf(whole.items ?? {}, resolve)}`;
  for (const kind of ['oneOf', 'anyOf', 'allOf']) {
    if (whole[kind]) return name ?? whole[kind].map((one) => typeOf(one, resolve)).join(kind === 'allOf' ? ' & ' : ' | ');
  }
  const type = [whole.type ?? []].flat().join(' | ');
  return [name && whole.type === 'object' ? name : type, whole.format].filter(Boolean).join(', ');
}

function limits(schema) {
  const told = [];
  if (schema.default !== undefined) told.push(`default ${JSON.stringify(schema.default)}`);
  if (schema.minimum !== undefined) told.push(`at least ${schema.minimum}`);
  if (schema.maximum !== undefined) told.push(`at most ${schema.maximum}`);
  if (schema.maxLength !== undefined) told.push(`at most ${schema.maxLength} characters`);
  return told.join(', ');
}

function row(name, required, schema, description, resolve) {
  const whole = resolve(schema ?? {});
  const about = [typeOf(schema ?? {}, resolve), limits(whole)].filter(Boolean).join('; ');
  return element('tr', {},
    element('td', {}, element('code', { textContent: name }), required ? element('span', { className: 'quiet', textContent: ' required' }) : ''),
    element('td', {}, element('span', { className: 'quiet', textContent: about }),
      prose('div', 'text', description ?? whole.description)));
}

function table(title, rows) {
  return rows.length === 0 ? '' : element('div', {}, element('h3', { textContent: title }), element('table', {}, ...rows));
}

// The fields of an object, and below each what it or its entries are made of, named as one would reach it.
function properties(schema, resolve, within = '') {
  const whole = resolve(schema);
  const parts = [whole, ...(whole.allOf ?? []).map(resolve)];
  return parts.flatMap((part) =>
    Object.entries(part.properties ?? {}).flatMap(([name, property]) => {
      const path = within + name;
      const described = row(path, part.required?.includes(name), property, property.description, resolve);
      // An entry of a list may hold a list of its kind.
      return path.split('.').length > DEEPEST ? [described] : [described, ...properties(property, resolve, `${path}.`)];
    })).concat(whole.items ? properties(whole.items, resolve, within.replace(/\.$/, '[].')) : []);
}

function bodies(content, title, resolve) {
  return Object.entries(content ?? {}).map(([type, media]) => table(`${title} ${type}`, properties(media.schema ?? {}, resolve)));
}

function operation(path, method, shared, described, resolve) {
  const id = `${method}-${path}`.replaceAll(/[^a-z0-9]+/gi, '-');
  const parameters = [...shared, ...(described.parameters ?? [])].map(resolve);
  const answers = Object.entries(described.responses ?? {}).map(([status, answer]) => [status, resolve(answer)]);
  const section = element('section', { id },
    element('h2', {}, element('span', { className: 'method', textContent: method.toUpperCase() }), element('code', { textContent: path })),
    element('p', { textContent: described.summary ?? '' }),
    prose('p', 'text quiet', described.description),
    table('Parameters', parameters.map((p) => row(`${p.name}`, p.required, p.schema, [`in ${p.in}`, p.description].filter(Boolean).join('. '), resolve))),
    ...bodies(resolve(described.requestBody).content, 'Body', resolve),
    table('Answers', answers.map(([status, answer]) => element('tr', {}, element('td', {}, element('code', { textContent: status })),
      prose('td', 'text', answer.description)))),
    ...answers.filter(([status]) => status.startsWith('2')).flatMap(([, answer]) => bodies(answer.content, 'Answer', resolve)));
  const link = element('a', { href: `#${id}`, title: described.summary ?? path },
    element('span', { className: 'method', textContent: method.toUpperCase() }), path);
  return { section, link, words: `${method} ${path} ${described.summary} ${described.description}`.toLowerCase() };
}

function show(api) {
  const resolve = resolver(api);
  const main = document.getElementById('operations');
  const index = document.getElementById('index');
  const shown = [];
  main.replaceChildren(prose('p', 'text', api.info.description));
  for (const tag of api.tags ?? []) {
    const heading = element('h2', { textContent: tag.name });
    const group = element('div', {}, heading);
    index.append(group);
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of METHODS.filter((name) => item[name]?.tags?.includes(tag.name))) {
        const made = operation(path, method, item.parameters ?? [], item[method], resolve);
        main.append(made.section);
        group.append(made.link);
        shown.push(made);
      }
    }
  }
  document.getElementById('search').addEventListener('input', (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/);
    for (const one of shown) {
      one.section.hidden = one.link.hidden = !words.every((word) => one.words.includes(word));
    }
    for (const group of index.children) {
      group.hidden = [...group.querySelectorAll('a')].every((link) => link.hidden);
    }
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

try {
  const answer = await fetch('/openapi.json');
  show(await answer.json());
} catch (problem) {
  document.getElementById('operations').textContent = `The API's description cannot be read: ${problem.message}`;
}
