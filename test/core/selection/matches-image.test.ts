import { describe, expect, it } from "vitest";
import { matchesImage } from "../../../src/core/selection/matches-image.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const image = `registry.example:5000/shop/nginx:1.27@${digest}`;

describe("an image pattern", () => {
  it.each([
    image,
    "registry.example:5000/shop/nginx",
    "registry.example:5000/*",
    "shop/nginx:1.27",
    "nginx",
    "nginx*",
    "nginx:1.*",
    ":1.27",
    `@${digest}`,
    "@sha256:abab*",
    `nginx@${digest}`,
  ])("%s stands for it", (pattern) => {
    expect(matchesImage(pattern, image)).toBe(true);
  });

  it.each(["ngin", "inx", "shop", "nginx:1", "1.27", ":5000", "@sha256:cd*", "example:5000/shop/nginx"])(
    "%s does not",
    (pattern) => {
      expect(matchesImage(pattern, image)).toBe(false);
    },
  );

  it("knows the image without a registry, tag or digest", () => {
    expect(matchesImage("nginx", "nginx")).toBe(true);
    expect(matchesImage(":latest", "nginx")).toBe(false);
    expect(matchesImage("*", "")).toBe(false);
  });
});
