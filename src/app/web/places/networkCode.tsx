// The network as one would write it in Keras or PyTorch, to copy. The writers are loaded when somebody opens the fold.
import { useEffect, useState } from 'preact/hooks';
import type { Module } from '../../../nn/index.ts';
import type { ImageShape } from '../../data/dataset.ts';

interface NetworkCodeProps {
  readonly input: ImageShape;
  readonly layers: readonly Module[];
  readonly title: string;
}

const TOOLS = {
  Keras: async () => (await import('../../export/keras.ts')).kerasCode,
  PyTorch: async () => (await import('../../export/pytorch.ts')).pytorchNetwork,
};
type Tool = keyof typeof TOOLS;
const NAMES = Object.keys(TOOLS) as Tool[];

export function NetworkCode({ input, layers, title }: NetworkCodeProps) {
  const [isOpen, open] = useState(false);
  const [tool, choose] = useState<Tool>('Keras');
  const [code, show] = useState('');
  const [said, say] = useState('');
  useEffect(() => {
    if (!isOpen) return undefined;
    let isWanted = true;
    const write = async () => {
      const [{ builtTree }, writeCode] = await Promise.all([
        import('../../export/python.ts'),
        TOOLS[tool](),
      ]);
      return writeCode(builtTree(input, layers), title);
    };
    const told = (error: unknown) => `# ${error instanceof Error ? error.message : String(error)}`;
    void write()
      .catch(told)
      .then((text) => {
        if (isWanted) show(text);
      });
    return () => {
      isWanted = false;
    };
  }, [isOpen, tool, input, layers, title]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      say('Copied.');
    } catch {
      say('The browser did not allow it: select the text and copy it.');
    }
  };
  return (
    <details class="inCode" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>The same network in Keras or PyTorch</summary>
      <div class="presets" role="group" aria-label="Library">
        {NAMES.map((name) => (
          <button
            type="button"
            aria-pressed={name === tool}
            onClick={() => {
              choose(name);
              say('');
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <pre role="region" tabIndex={0} aria-label={`The network in ${tool}`}>
        <code>{code}</code>
      </pre>
      <p>
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>{' '}
        <span class="soft" role="status">
          {said}
        </span>
      </p>
    </details>
  );
}
