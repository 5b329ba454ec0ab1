// A plugin of typedoc: what is exported stands under the file that it comes from, with the purpose that the file opens with;
// tables and headings that repeat the signature are left out.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));

/** What only says again what the signature does. */
const REPEATED = [
  /^#+ Parameters\n\n\| Parameter \| Type \|\n\| -+ \| -+ \|\n(?:\|.*\|\n)+\n/gm,
  /^#+ Returns\n\n\S.*\n\n(?=#|\*\*\*|$(?![^]))/gm,
  /^#+ (?:Inherited from|Overrides|Implementation of)\n\n.*\n\n/gm,
];

/** @param {import('typedoc-plugin-markdown').MarkdownApplication} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.SomeExport)) {
      const file = fileOf(project, reflection);
      if (file === undefined || !reflection.parent?.kindOf(ReflectionKind.SomeModule)) continue;
      const title = relative(SOURCE, file);
      const tag = new CommentTag('@category', [{ kind: 'text', text: title }]);
      (reflection.comment ??= new Comment()).blockTags.push(tag);
      const { parent } = reflection;
      const about = new CommentTag('@categoryDescription', [
        { kind: 'text', text: `${title}\n${purposeOf(file)}` },
      ]);
      parent.comment ??= new Comment();
      if (!parent.comment.blockTags.some((known) => said(known) === said(about)))
        parent.comment.blockTags.push(about);
    }
  });
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    page.contents = REPEATED.reduce((text, what) => text.replace(what, ''), page.contents ?? '');
  });
}

/** @param {CommentTag} tag */
const said = (tag) => tag.content.map(({ text }) => text).join('');

/**
 * @param {import('typedoc').ProjectReflection} project
 * @param {import('typedoc').DeclarationReflection} reflection
 */
function fileOf(project, reflection) {
  const symbol = project.getSymbolIdFromReflection(reflection);
  const path = symbol?.fileName;
  return path?.startsWith(SOURCE) ? path : undefined;
}

/**
 * The comment at the head of a file.
 * @param {string} file
 */
function purposeOf(file) {
  const [head = ''] = /^(?:\/\/.*\n)+/.exec(readFileSync(file, 'utf8')) ?? [];
  return head.replace(/^\/\/ ?/gm, '').trim();
}
