// How pictures become images, as a setting: null for the usual way.
import * as v from 'valibot';
import { readWay, writeWay } from '../data/read/way.ts';
import { text as anyText } from '../schema/values.ts';
import type { Kind } from './kinds.ts';

export const PICTURES: Kind<string | null> = {
  wants: 'a list such as 32,crop,skip',
  placeholder: '<way>',
  read: (text) => writeWay(readWay(text)) || null,
  write: (way) => way ?? '',
  schema: v.nullable(anyText),
};
