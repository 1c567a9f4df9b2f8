import { expect, it } from "vitest";
import { formatQuantity } from "../../src/words/quantity.ts";

it.each([
  ["memory", 1536 * 1024 ** 2, "1.5Gi"],
  ["requests.memory", 512, "512"],
  ["limits.ephemeral-storage", 10 * 1024 ** 3, "10Gi"],
  ["hugepages-2Mi", 4 * 1024 ** 2, "4Mi"],
  ["cpu", 0.25, "250m"],
  ["requests.cpu", 2, "2"],
  ["pods", 1024, "1024"],
  ["nvidia.com/gpu", 8, "8"],
])("writes an amount of %s as manifests do", (resource, amount, text) => {
  expect(formatQuantity(resource, amount)).toBe(text);
});
