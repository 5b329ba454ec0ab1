// A small gray image as ink on the page: brightness becomes opacity, so it sits on light and dark alike.
import { useEffect, useRef } from 'preact/hooks';
import { HEIGHT, WIDTH } from '../../data/dataset.ts';

interface PictureProps {
  /** Row-major [28, 28], 0 to 255. */
  readonly pixels: ArrayLike<number> | undefined;
  /** For those who do not see it; '' for an ornament. */
  readonly label: string;
}

export function Picture({ pixels, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !pixels) return;
    const image = context.createImageData(WIDTH, HEIGHT);
    for (let i = 0; i < pixels.length; i++) image.data[4 * i + 3] = pixels[i] as number;
    context.putImageData(image, 0, 0);
  }, [pixels]);
  const common = { ref: canvas, class: 'picture', width: WIDTH, height: HEIGHT };
  if (label === '') return <canvas {...common} aria-hidden="true" />;
  return <canvas {...common} role="img" aria-label={label} />;
}
