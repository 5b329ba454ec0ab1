// A small image on the page. A gray one is ink: brightness becomes opacity, so it sits on light and dark alike.
import { useEffect, useRef } from 'preact/hooks';
import type { ImageShape } from '../../data/dataset.ts';
import { useShape } from '../shape.ts';

interface PictureProps {
  /** Row-major [height, width, channels], 0 to 255. */
  readonly pixels: ArrayLike<number> | undefined;
  /** For those who do not see it; '' for an ornament. */
  readonly label: string;
  /** Where it is not that of the images around. */
  readonly shape?: ImageShape;
}

export function Picture({ pixels, label, shape }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const around = useShape();
  const [height, width, channels] = shape ?? around;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    // Of other data they are no image of this one.
    if (!context || pixels?.length !== width * height * channels) return;
    const { data } = context.createImageData(width, height);
    const isGray = channels === 1;
    for (let i = 0; i < width * height; i++) {
      if (!isGray) for (let c = 0; c < 3; c++) data[4 * i + c] = pixels[3 * i + c] as number;
      data[4 * i + 3] = isGray ? (pixels[i] as number) : 255;
    }
    context.putImageData(new ImageData(data, width, height), 0, 0);
  }, [pixels, width, height, channels]);
  const common = { ref: canvas, class: 'picture', width, height };
  if (label === '') return <canvas {...common} aria-hidden="true" />;
  return <canvas {...common} role="img" aria-label={label} />;
}
