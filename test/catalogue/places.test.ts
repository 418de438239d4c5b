import { expect, test } from 'bun:test';
import { placesOf } from '../../src/catalogue/places.ts';

test.each([
  ['run', ['gp/test/run', 'run']],
  ['run/', ['gp/test/run/', 'run/']],
  ['run//', ['gp/test/run/', 'run/']],
  ['gp/test', ['gp/test']],
  ['gp/test/', ['gp/test/']],
  ['gp/test/run', ['gp/test/run']],
  ['gp/test2', ['gp/test/gp/test2', 'gp/test2']],
  ['/data/a', ['/data/a', 'data/a']],
  ['', ['']],
  ['/', ['/']],
])('%p below gp/test is looked for at %j', (name, places) => {
  expect(placesOf('gp/test', name)).toEqual(places);
});
