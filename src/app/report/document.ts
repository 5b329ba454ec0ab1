// The frame of a document that is one file, needs nothing else and runs no script: a report, a sweep.
import palette from '../palette.css?raw';
import { Markup, html } from './markup.ts';
import page from './page.css?raw';
import tables from './tables.css?raw';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

interface Document {
  readonly title: string;
  /** Style of its own. */
  readonly style: string;
  readonly head: Markup;
  /** A list of the sections, to go to them. */
  readonly hasContents: boolean;
  readonly sections: readonly Section[];
  /** Who wrote it. */
  readonly foot: string;
}

/** Nothing may be loaded and no script may run, whatever a data set's names contain. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The whole document. Every text that comes from outside is escaped. */
export function documentHtml({
  title,
  style,
  head,
  hasContents,
  sections,
  foot,
}: Document): string {
  const contents = html`<nav aria-label="Sections">
    <ol>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ol>
  </nav>`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(palette + page + tables + style)}
        </style>
      </head>
      <body>
        ${head} ${hasContents ? contents : null}
        <main>
          ${sections.map(
            ({ id, title, body }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${title}</h2>
                <div>${body}</div>
              </section> `,
          )}
        </main>
        <footer class="soft">${foot} This file is complete: it loads nothing.</footer>
      </body>
    </html> `;
  return document.text;
}
