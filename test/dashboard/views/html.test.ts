import { describe, expect, it } from "@jest/globals";

import { html } from "../../../src/dashboard/views/html.ts";

describe("the template tag", () => {
  it.each([
    ["<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"],
    [`" onload="x`, "&#34; onload=&#34;x"],
    ["' ` &amp;", "&#39; &#96; &#38;amp;"],
  ])("prints %s as text", (hostile, printed) => {
    expect(html`<a title="${hostile}">${hostile}</a>`.toString()).toBe(
      `<a title="${printed}">${printed}</a>`,
    );
  });

  it("prints what it made itself as it is, also in lists", () => {
    const items = ["a", "<b>"].map((item) => html`<i>${item}</i>`);
    expect(html`<p>${items}</p>`.toString()).toBe("<p><i>a</i><i>&#60;b&#62;</i></p>");
  });

  it("prints nothing for undefined and false, and numbers with their zero", () => {
    expect(html`<p>${undefined}${false}${0}${""}</p>`.toString()).toBe("<p>0</p>");
  });

  it("takes no other object for HTML, whatever it says of itself", () => {
    const forged = { toString: () => "<b>" } as unknown as string;
    expect(() => html`<p>${forged}</p>`).toThrow(TypeError);
  });
});
