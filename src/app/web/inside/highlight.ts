// WGSL in a few colors: enough to see comments, keywords and numbers at a glance.

interface Token {
  /** Undefined: plain. */
  readonly kind: 'comment' | 'keyword' | 'number' | 'type' | 'attribute' | undefined;
  readonly text: string;
}

const PATTERN = new RegExp(
  [
    /(?<comment>\/\/.*)/,
    /(?<attribute>@\w+)/,
    /(?<keyword>\b(?:alias|break|case|const|continue|default|else|enable|false|fn|for|if|let|loop|return|struct|switch|true|var|while)\b)/,
    /(?<type>\b(?:array|atomic|bool|f16|f32|i32|u32|vec[234](?:[fiu]|h)?|mat\dx\d[fh]?|ptr|storage|workgroup|private|read|read_write)\b)/,
    /(?<number>\b(?:0x[\da-fA-F]+|\d+\.?\d*(?:e[+-]?\d+)?)[iufh]?\b)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** A line in tokens; together they are the line. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(PATTERN)) {
    if (match.index > end) found.push({ kind: undefined, text: line.slice(end, match.index) });
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    found.push({ kind: kind as Token['kind'], text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push({ kind: undefined, text: line.slice(end) });
  return found;
}
