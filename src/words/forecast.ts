import type { Forecast } from "../core/index.ts";
import { formatDuration } from "./duration.ts";
import { count } from "./names.ts";

/** How a strategy replaces pods: `2 at a time, new ones first`. */
export function strategyWords(strategy: string, forecast: Forecast | undefined): string {
  if (strategy === "Recreate") return "all at once, old ones first";
  if (strategy === "OnDelete") return "when they are deleted";
  if (forecast === undefined) return strategy;
  const { pods, atOnce, surge } = forecast;
  if (pods === 0) return "none";
  const first = surge > 0 ? "new ones first" : "old ones first";
  return pods === 1 ? first : `${atOnce} at a time, ${first}`;
}

/** `about 40 s`, or `unknown` when no present pod tells how long one takes. */
export function durationWords({ pods, seconds }: Forecast): string {
  if (pods === 0) return "none";
  return seconds === undefined ? "unknown" : `about ${formatDuration(seconds * 1000)}`;
}

/** A forecast in one line: `3 pods, at least 2 ready, 1 at a time, new ones first, about 40 s`. */
export function forecastLine(strategy: string, forecast: Forecast): string {
  const { pods, lowestReady } = forecast;
  if (pods === 0) return "no pods to replace";
  return `${count(pods, "pod")}, at least ${lowestReady} ready, ${strategyWords(strategy, forecast)}, ${durationWords(forecast)}`;
}
