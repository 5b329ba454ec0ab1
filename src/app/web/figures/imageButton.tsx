// A picture that opens: a click shows how the image flows through the network.
import { useDoors } from '../doors.ts';
import type { ImageRef } from '../protocol.ts';
import { Picture } from './picture.tsx';

interface ImageButtonProps {
  readonly image: ImageRef;
  readonly pixels: Uint8Array;
  /** What it is: "Coat, test image 12". */
  readonly label: string;
  /** One stop of the Tab key among many, see `gridKeys.ts`. */
  readonly roving?: boolean;
}

export function ImageButton({ image, pixels, label, roving = false }: ImageButtonProps) {
  const { inside } = useDoors();
  return (
    <button
      type="button"
      class="peek"
      aria-label={`${label}: look inside`}
      title={`${label}: look inside`}
      aria-haspopup="dialog"
      onClick={() => inside(image)}
      {...(roving && { tabIndex: -1 })}
    >
      <Picture pixels={pixels} label="" />
    </button>
  );
}
