// The report's model: one row a layer, and what it all comes to.

import { type Summary } from '../../nn/index.ts';
import { bytes, compact, counted, grouped } from '../wording.ts';
import { html, type Markup } from './markup.ts';

export function modelSection(model: Summary): Markup {
  const rows = model.rows.map(
    (row) =>
      html`<tr>
        <th scope="row">${row.name}</th>
        <td>${row.kind}</td>
        <td>${row.outputShape.join(' × ')}</td>
        <td class="n">${grouped(row.parameters)}</td>
        <td class="n">${compact(row.flops)}</td>
        <td class="n">${bytes(row.activationBytes)}</td>
      </tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="The model's layers" tabindex="0">
      <table class="wide">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Kind</th>
            <th scope="col">Output</th>
            <th scope="col" class="n">Parameters</th>
            <th scope="col" class="n">FLOP</th>
            <th scope="col" class="n">Output, f32</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan="3">All ${counted(model.rows.length, 'layer')}</th>
            <td class="n">${grouped(model.parameters)}</td>
            <td class="n">${compact(model.flops)}</td>
            <td class="n">${bytes(model.activationBytes)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
    <p class="soft spaced">
      Output is height × width × channels or features. FLOP counts the floating-point operations of
      one image’s forward pass, a multiplication and an addition as two.
    </p>`;
}
