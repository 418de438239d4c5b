import type { Case, Scale } from './case.ts';
import { crowdCases } from './crowds.ts';
import { listCases } from './lists.ts';
import { slowCases } from './slow.ts';
import { startUpCases } from './start-up.ts';
import { streamCases } from './streams.ts';

/** Everything that is measured, in the order of the document. */
export function allCases(scale: Scale): readonly Case[] {
  return [
    ...startUpCases(scale),
    ...streamCases(scale),
    ...crowdCases(scale),
    ...slowCases(scale),
    ...listCases(scale),
  ];
}
