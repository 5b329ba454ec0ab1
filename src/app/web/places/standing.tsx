// What works so far, and what comes next.
import { Place } from './place.tsx';

export function Standing() {
  return (
    <Place id="state">
      <div class="pair prose">
        <div>
          <h3>Works</h3>
          <p>
            The whole notebook on this page, from the first look at the data to a discussion of the
            run, by the same code and on the same engine as <code>npm run train</code> in a
            terminal; the same seed gives the same division, first weights and order of images
            there. A run can be paused, turned and gone on with after a reload; every figure opens
            its images, and every image the network at work on it.
          </p>
        </div>
        <div>
          <h3>Not yet</h3>
          <p>Augmentation: the network sees the images as they are, never shifted or mirrored.</p>
        </div>
      </div>
    </Place>
  );
}
