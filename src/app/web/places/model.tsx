// The model: one row a layer, and what it all comes to.
import { bytes, compact, counted, grouped } from '../../wording.ts';
import { Table } from '../figures/table.tsx';
import type { DeviceState } from '../protocol.ts';
import { Place } from './place.tsx';

export function Model({ device }: { device: DeviceState }) {
  if (device.status !== 'ready')
    return (
      <Place id="model">
        <p>
          {device.status === 'opening'
            ? 'The network is being built.'
            : 'The network is built by the engine, which needs WebGPU.'}
        </p>
      </Place>
    );
  const { rows, parameters, flops, activationBytes } = device.model;
  return (
    <Place
      id="model"
      lead={`Three convolutions find edges, seams and shapes; two dense layers weigh them into ten answers. ${grouped(parameters)} parameters, ${compact(flops)}FLOP for a look at one image.`}
    >
      <Table
        label="The model's layers"
        columns={['Layer', 'Kind', 'Output', '#Parameters', '#FLOP', '#Output, f32']}
        rows={rows.map((row) => [
          row.name,
          row.kind,
          row.outputShape.join(' × '),
          grouped(row.parameters),
          compact(row.flops),
          bytes(row.activationBytes),
        ])}
        foot={[
          [
            `All ${counted(rows.length, 'layer')}`,
            '',
            '',
            grouped(parameters),
            compact(flops),
            bytes(activationBytes),
          ],
        ]}
        caption="Output is height × width × channels, or features. FLOP counts the floating-point operations of one image’s forward pass, a multiplication and an addition as two."
      />
    </Place>
  );
}
