// The report's discussion: the paragraphs under their topics, what to try next as a list.

import { type Paragraph, type Topic, TOPICS, trainCommand } from '../discussion.ts';
import { html, type Markup } from './markup.ts';

export function discussionSection(paragraphs: readonly Paragraph[]): Markup {
  const topics = Object.keys(TOPICS) as Topic[];
  return html`${topics.map((topic) => {
    const about = paragraphs.filter((paragraph) => paragraph.topic === topic);
    if (about.length === 0) return null;
    const body =
      topic === 'next'
        ? html`<ul class="next">
            ${about.map(suggestion)}
          </ul>`
        : about.map(({ text }) => html`<p>${text}</p>`);
    return html`<h3>${TOPICS[topic]}</h3>
      ${body}`;
  })}`;
}

function suggestion({ text, options }: Paragraph): Markup {
  const command = options === undefined ? null : html`<br /><code>${trainCommand(options)}</code>`;
  return html`<li>${text}${command}</li>`;
}
