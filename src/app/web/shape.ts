// The shape of the images that a part of the page shows: of the data at hand, or of a run's own.
import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { ImageShape, Task } from '../data/dataset.ts';
import { FASHION_TASK } from '../data/fashion.ts';
import type { State } from './state.ts';

export const ShapeContext = createContext<ImageShape>(FASHION_TASK.shape);

export const useShape = (): ImageShape => useContext(ShapeContext);

/** Of the data at hand; the same object as long as it is the same data. */
export function useTask(data: State['data']): Task {
  return useMemo(() => {
    if (!data) return FASHION_TASK;
    const { height, width, channels, classes } = data.exploration;
    return { shape: [height, width, channels], classes: classes.length };
  }, [data]);
}
