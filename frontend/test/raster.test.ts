// @vitest-environment jsdom
import { expect, test } from "vitest";
import { enhancePictures } from "../src/pictures/raster.ts";

test("buttons that can be served are shown, others stay hidden", () => {
  document.body.innerHTML = `<button hidden data-raster="/pictures/helix.svg" data-name="helix.png">PNG</button>
    <button hidden data-raster="" data-name="x.png">PNG</button>`;
  enhancePictures(document);
  expect([...document.querySelectorAll("button")].map((button) => button.hidden)).toEqual([false, true]);
});
