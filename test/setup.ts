import { configureGlobal } from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a red run is the fault of the change under test.
 * `PROPERTY_SEED=random npm test` draws others.
 */
const seed = process.env['PROPERTY_SEED'] ?? '20261122';
if (seed !== 'random') configureGlobal({ seed: Number(seed) });
