// The report's discussion: the paragraphs under their topics, what to try next as a list.

import { trainCommand } from '../settings/command.ts';
import { type Paragraph, type Topic, TOPICS } from '../discussion.ts';
import type { RunConfig } from '../record.ts';
import { html, type Markup } from './markup.ts';

export function discussionSection(paragraphs: readonly Paragraph[], config: RunConfig): Markup {
  const topics = Object.keys(TOPICS) as Topic[];
  return html`${topics.map((topic) => {
    const about = paragraphs.filter((paragraph) => paragraph.topic === topic);
    if (about.length === 0) return null;
    const body =
      topic === 'next'
        ? html`<ul class="next">
            ${about.map((paragraph) => suggestion(paragraph, config))}
          </ul>`
        : about.map(({ text }) => html`<p>${text}</p>`);
    return html`<h3>${TOPICS[topic]}</h3>
      ${body}`;
  })}`;
}

function suggestion({ text, options }: Paragraph, config: RunConfig): Markup {
  const command =
    options === undefined ? null : html`<br /><code>${trainCommand(config, options)}</code>`;
  return html`<li>${text}${command}</li>`;
}
