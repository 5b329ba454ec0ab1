// HTML and SVG as values: what is put into a template is escaped unless it is markup already.

/** Markup that may stand in a document as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | null | readonly Part[];

/**
 * Tagged template for HTML and SVG. Strings and numbers are escaped, so that they can neither open
 * a tag nor leave a quoted attribute; lists are joined; null is nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    strings.map((string, i) => (i === 0 ? '' : render(parts[i - 1] ?? null)) + string).join(''),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
