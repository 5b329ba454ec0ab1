// The shape of the images that a part of the page shows: of the data at hand, or of a run's own.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ImageShape } from '../data/dataset.ts';
import { FASHION_TASK } from '../data/sources.ts';

export const ShapeContext = createContext<ImageShape>(FASHION_TASK.shape);

export const useShape = (): ImageShape => useContext(ShapeContext);
