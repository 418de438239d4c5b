import { describe, expect, test } from 'bun:test';
import { assert, property, string } from 'fast-check';
import { plainText } from '../../../lab/program/report-page.ts';
import { escapeHtml, html, jsonForScript } from '../../../src/output/html/html.ts';

describe('what is put into a page', () => {
  test('is escaped, but for pieces of it', () => {
    expect(html`<b title="${'"><i>'}">${html`<u>${'<&>'}</u>`}${[1, 'x']}${undefined}</b>`.text).toBe(
      '<b title="&quot;&gt;&lt;i&gt;"><u>&lt;&amp;&gt;</u>1x</b>',
    );
  });

  test.each([
    ['\u202E', '\\u202e'],
    ['\u2066', '\\u2066'],
    ['\u200B', '\\u200b'],
    ['\0', '\\u0000'],
    ['\n', '\\u000a'],
    ['\u2028', '\\u2028'],
    ['\uD800', '\uFFFD'],
  ])('%p is shown as %p', (sign, shown) => {
    expect(escapeHtml(`a${sign}b`)).toBe(`a${shown}b`);
  });

  test('letters of any script stay', () => {
    expect(escapeHtml('שלום مرحبا 漢字 é')).toBe('שלום مرحبا 漢字 é');
  });

  test('any text is text for a program that knows HTML', () => {
    assert(
      property(string({ unit: 'grapheme' }), (text) => {
        let [seen, title, elements] = ['', '', 0];
        new HTMLRewriter()
          .on('*', { element: () => void (elements += 1) })
          .on('p', {
            element: (element) => void (title = element.getAttribute('title') ?? ''),
            text: ({ text: piece }) => void (seen += piece),
          })
          .transform(html`<p title="${text}">${text}</p>`.text);
        expect(elements).toBe(1);
        expect([title, seen]).toEqual([escapeHtml(text), escapeHtml(text)]);
        expect(plainText(escapeHtml('<"\'&amp;>'))).toBe('<"\'&amp;>');
      }),
    );
  });
});

describe('data for a script element', () => {
  test('has no sign that ends it, and comes back', () => {
    const data = { a: '</script><!--<script>&\u2028\u2029\u202E\\"' };
    const { text } = jsonForScript(data);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(data);
  });
});
