import { describe, expect, test } from 'bun:test';
import { assert, property, string } from 'fast-check';
import { TransportError } from '../../src/s3/http/transport-error.ts';
import { buildXml, children, childText, parseXml } from '../../src/s3/xml.ts';

const listing = (contents: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${contents}</ListBucketResult>`;

function keysOf(document: string): (string | undefined)[] {
  const { element } = parseXml(document, ['ListBucketResult']);
  return children(element, 'Contents').map((object) => childText(object, 'Key'));
}

const oneKey = (written: string): string | undefined =>
  keysOf(listing(`<Contents><Key>${written}</Key></Contents>`))[0];

describe('a key in an answer', () => {
  test.each(['007', '1e3', '0x10', '1.0', 'true', 'null', '+5', '123456789012345678901234567890', 'NaN'])(
    '%p stays text',
    (key) => {
      expect(oneKey(key)).toBe(key);
    },
  );

  test.each([' a', 'a ', ' ', 'a  b', '\ta', 'a\nb'])('%p keeps its blanks', (key) => {
    expect(oneKey(key)).toBe(key);
  });

  test.each([
    ['a&amp;b', 'a&b'],
    ['&lt;x&gt;', '<x>'],
    ['&quot;&apos;', `"'`],
    ['&#233;&#xE9;', 'éé'],
    ['&#x1F600;', '😀'],
    ['&amp;lt;', '&lt;'],
    ['&amp;amp;amp;', '&amp;amp;'],
    ['&amp;#65;', '&#65;'],
    ['<![CDATA[a<b&amp;]]>', 'a<b&amp;'],
    ['', ''],
  ])('written %p is %p', (written, key) => {
    expect(oneKey(written)).toBe(key);
  });

  test.each([
    ['&#13;', '\r'],
    ['&#x0D;', '\r'],
    ['&#9;', '\t'],
  ])('has the control character of the reference %p', (written, character) => {
    expect(oneKey(`a${written}b`)).toBe(`a${character}b`);
  });

  test.each(['&#0;', '&#1;', '&#x1;', '&#x1F;', '&#27;'])(
    'with %p, which XML lacks, is refused, never another key',
    (written) => {
      expect(() => oneKey(`a${written}b`)).toThrow(TransportError);
    },
  );

  test('may hold any character that XML has, and is read as it was', () => {
    assert(
      property(string({ unit: 'grapheme' }), (key) => {
        // XML has no control characters but these, and makes a carriage return a newline.
        const legal = key.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
        const written = legal.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        expect(oneKey(written)).toBe(legal);
      }),
    );
  });

  test('stays whole in a page of a thousand keys full of entities', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `a&b<c>&"${index}`);
    const contents = keys.map(
      (key) =>
        `<Contents><Key>${key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</Key></Contents>`,
    );
    expect(keysOf(listing(contents.join('')))).toEqual(keys);
  });
});

describe('elements', () => {
  test('of one name are a list, whether there are none, one or two', () => {
    const contents = '<Contents><Key>a</Key></Contents>';
    for (const count of [0, 1, 2]) {
      expect(keysOf(listing(contents.repeat(count)))).toEqual(Array.from({ length: count }, () => 'a'));
    }
  });

  test('are found whatever their namespace prefix', () => {
    const { root, element } = parseXml(
      '<ns0:Error xmlns:ns0="urn:x"><ns0:Code>NoSuchKey</ns0:Code></ns0:Error>',
      ['Error'],
    );
    expect(root).toBe('Error');
    expect(childText(element, 'Code')).toBe('NoSuchKey');
  });

  test('without content are empty text, absent ones undefined', () => {
    const { element } = parseXml(listing('<Prefix/><Marker></Marker>'), ['ListBucketResult']);
    expect(childText(element, 'Prefix')).toBe('');
    expect(childText(element, 'Marker')).toBe('');
    expect(childText(element, 'Delimiter')).toBeUndefined();
    expect(children(element, 'Contents')).toEqual([]);
  });

  test('with attributes have the same text', () => {
    const { element } = parseXml('<Error><Code lang="en">Busy</Code></Error>', ['Error']);
    expect(childText(element, 'Code')).toBe('Busy');
  });

  test.each(['<ListBucketResult/>', '<ListBucketResult></ListBucketResult>'])(
    'an empty root %p has none',
    (text) => {
      expect(children(parseXml(text, ['ListBucketResult']).element, 'Contents')).toEqual([]);
    },
  );

  test('the root tells which of several documents came', () => {
    const roots = ['CompleteMultipartUploadResult', 'Error'];
    expect(parseXml('<Error><Code>InternalError</Code></Error>', roots).root).toBe('Error');
  });

  test('with blanks around the document and a byte order mark are read', () => {
    expect(parseXml('\n \n<Error><Code>X</Code></Error>\n', ['Error']).root).toBe('Error');
    expect(parseXml('\ufeff<Error><Code>X</Code></Error>', ['Error']).root).toBe('Error');
  });
});

describe('no S3 document', () => {
  const whole = listing('<Contents><Key>abc</Key></Contents><IsTruncated>false</IsTruncated>');

  test.each([
    ['', 'it is empty'],
    ['   \n', 'it is empty'],
    ['<html><body><h1>502 Bad Gateway</h1></body></html>', '502 Bad Gateway'],
    ['<!DOCTYPE html><html><p>unclosed<br></html>', 'DOCTYPE html'],
    ['upstream connect error', 'upstream connect error'],
    ['{"error":"no"}', '{"error":"no"}'],
    ['<Other><Key>x</Key></Other>', 'Other'],
  ])('%p is refused and shown', (text, shown) => {
    let thrown: unknown;
    try {
      parseXml(text, ['ListBucketResult']);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TransportError);
    expect(thrown).toMatchObject({ code: 'EPROTOCOL', message: expect.stringContaining(shown) as string });
  });

  test('is a document cut short at any place', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => parseXml(whole.slice(0, length), ['ListBucketResult'])).toThrow(TransportError);
    }
    expect(keysOf(whole)).toEqual(['abc']);
  });

  test('throws nothing but TransportError, whatever came', () => {
    assert(
      property(string({ unit: 'binary' }), (noise) => {
        for (const text of [noise, `<${noise}>`, `<Error>${noise}</Error>`]) {
          try {
            expect(parseXml(text, ['Error']).root).toBe('Error');
          } catch (error) {
            expect(error).toBeInstanceOf(TransportError);
          }
        }
      }),
    );
  });

  test('is shown in eighty characters at most', () => {
    let message = '';
    try {
      parseXml('x'.repeat(5000), ['Error']);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('x'.repeat(80));
    expect(message).not.toContain('x'.repeat(81));
  });
});

const textOf = (document: Uint8Array): string => new TextDecoder().decode(document);

describe('buildXml', () => {
  test('writes a declaration, the root and its children in order', () => {
    const parts = [
      { PartNumber: 1, ETag: '"a"' },
      { PartNumber: 2, ETag: '"b"' },
    ];
    expect(textOf(buildXml('CompleteMultipartUpload', { Part: parts }))).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><CompleteMultipartUpload>' +
        '<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>' +
        '<Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag></Part></CompleteMultipartUpload>',
    );
  });

  test('is read back with the same keys, whatever they are', () => {
    assert(
      property(string({ unit: 'grapheme' }), (key) => {
        const legal = key.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
        const document = textOf(buildXml('Delete', { Object: [{ Key: legal }] }));
        const { element } = parseXml(document, ['Delete']);
        expect(children(element, 'Object').map((object) => childText(object, 'Key'))).toEqual([legal]);
      }),
    );
  });
});
