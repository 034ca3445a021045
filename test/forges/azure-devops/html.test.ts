import { describe, expect, it } from "@jest/globals";

import { htmlOf, textOf } from "../../../src/forges/azure-devops/html.ts";

const MARKER = "<!-- forgehand:comment -->";

describe("the text of HTML", () => {
  it.each([
    ["", ""],
    ["plain & simple", "plain & simple"],
    ["<div>a</div><div>b</div>", "a\nb"],
    ["a<br>b<BR/>c", "a\nb\nc"],
    ["<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"],
    ["<ul><li>a</li><li>b</li></ul>", "a\nb"],
    ["a &lt;b&gt; &amp;amp; &quot;c&quot; &#39;d&#x27; &#128294;", "a <b> &amp; \"c\" 'd' 🔦"],
    ["&#9999999; &#x110000; &unknown;", "&#9999999; &#x110000; &unknown;"],
    ["<span style=\"color:red\">a</span> <a href='x'>b</a>", "a b"],
    ["# Title\n\n- `List<string>` of <T>\n", "# Title\n\n- `List<string>` of <T>"],
    ["1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
    ["<pre>x</pre>", "```\nx\n```"],
    ["a<!-- hidden -->b", "ab"],
    ["a<!-- never ends", "a"],
    [`${MARKER}<div>a</div>`, `${MARKER}\na`],
  ])("%j is %j", (html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it.each([
    "<blockquote>/forgehand test</blockquote>",
    "<div>a</div><blockquote>/forgehand test</blockquote>",
    "<blockquote><div>/forgehand test</div><div>/forgehand test</div></blockquote>",
    "<blockquote>a\n/forgehand test</blockquote>",
    "<div>a</div><blockquote><blockquote>b</blockquote>/forgehand test</blockquote>",
  ])("of %j begins no line with what is quoted", (html) => {
    expect(textOf(html)).not.toMatch(/^\/forgehand/m);
  });

  it("is found in time, whatever somebody made up", () => {
    const began = performance.now();
    for (const piece of ["<", "<!--", "<a ", "<a<", "&#", "</blockquote>", "<blockquote>", " \n", "<aaaa"]) {
      textOf(piece.repeat(100_000));
    }
    textOf(`<${"a".repeat(500_000)}`);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("a text of ours as HTML", () => {
  it.each([
    ["", ""],
    ["<script>alert(1)</script>", "<div>&lt;script&gt;alert(1)&lt;/script&gt;</div>"],
    ["a\nb\n\nc", "<div>a<br>b</div><div>c</div>"],
    ["**a** and `**b**`", "<div><b>a</b> and <code><b>b</b></code></div>"],
    ["[x](javascript:alert(1))", "<div>[x](javascript:alert(1))</div>"],
    ['[x](https://a.example/"onclick)', '<div><a href="https://a.example/&quot;onclick">x</a></div>'],
  ])("%j is %j", (markdown, html) => {
    expect(htmlOf(markdown)).toBe(html);
  });

  it("hides the marker, and is read again with it at its beginning", () => {
    const html = htmlOf(`${MARKER}\n⏳ **test**: a < b`);
    expect(html.startsWith(MARKER)).toBe(true);
    expect(textOf(html)).toBe(`${MARKER}\n⏳ test: a < b`);
  });
});
