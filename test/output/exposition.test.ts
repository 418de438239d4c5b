import { describe, expect, test } from 'bun:test';
import { assert, property, record, string, uniqueArray } from 'fast-check';
import { parsePrometheusText } from '../../lab/program/prometheus-text.ts';
import { exposition, type Metric } from '../../src/output/exposition.ts';

const text = (...metrics: Metric[]): string => [...exposition(metrics)].join('');
const gauge = (samples: Metric['samples'], help = 'Help.'): Metric => ({
  name: 'gpbackup_s3_x',
  help,
  type: 'gauge',
  samples,
});

describe('the text format', () => {
  test('has HELP and TYPE in front of the samples', () => {
    expect(text(gauge([{ labels: {}, value: 1.5 }]))).toBe(
      '# HELP gpbackup_s3_x Help.\n# TYPE gpbackup_s3_x gauge\ngpbackup_s3_x 1.5\n',
    );
  });

  test('leaves out a metric without samples', () => {
    expect(text(gauge([]))).toBe('');
  });

  test.each([
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'NaN'],
    [1e21, '1e+21'],
    [0, '0'],
  ])('%p is written as Go reads it', (value, written) => {
    expect(text(gauge([{ labels: {}, value }]))).toContain(`gpbackup_s3_x ${written}\n`);
  });

  test('escapes backslashes, quotes and line breaks of a label, and nothing else', () => {
    const value = 'a\\n"b"\nc{},=\u202E</script>';
    const shown = text(gauge([{ labels: { database_name: value }, value: 1 }]));
    expect(shown).toContain('{database_name="a\\\\n\\"b\\"\\nc{},=\u202E</script>"} 1\n');
    expect(parsePrometheusText(shown)).toEqual([
      { name: 'gpbackup_s3_x', labels: { database_name: value }, value: 1 },
    ]);
  });

  test('any label and help comes back as it was', () => {
    const word = string({ unit: 'grapheme', minLength: 1 }).filter(
      (value) => !/[\r\0]/.test(value) && value.isWellFormed(),
    );
    assert(
      property(
        uniqueArray(record({ one: word, other: word }), { selector: (each) => JSON.stringify(each) }),
        (all) => {
          const samples = all.map((labels, value) => ({ labels, value }));
          expect(parsePrometheusText(text(gauge(samples, 'a\\b\nc'))).map(({ labels }) => labels)).toEqual(
            all,
          );
        },
      ),
    );
  });
});

describe('the parser of the tests refuses', () => {
  const head = '# HELP a b\n# TYPE a gauge\n';
  test.each([
    ['a line without an end', `${head}a 1`],
    ['a sample twice', `${head}a{x="1"} 1\na{x="1"} 2\n`],
    ['a metric twice', `${head}a 1\n${head}a 1\n`],
    ['a sample without TYPE', 'a 1\n'],
    ['an unknown escape', `${head}a{x="\\t"} 1\n`],
    ['a quote within a label', `${head}a{x="a"b"} 1\n`],
    ['a time', `${head}a 1 1700000000000\n`],
    ['no value', `${head}a \n`],
    ['a sample of another metric', `${head}b 1\n`],
  ])('%s', (_, wrong) => {
    expect(() => parsePrometheusText(wrong)).toThrow();
  });
});
