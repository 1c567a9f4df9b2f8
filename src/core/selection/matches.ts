import { matchPatterns } from "../pattern.ts";
import type { Workload, WorkloadRef } from "../workload.ts";
import { ownerOf } from "./deployer.ts";
import { matchesImage } from "./matches-image.ts";
import type { AgeName, Comparison, Predicate } from "./predicate.ts";

/** A present pod, as far as conditions look at it. */
export interface SubjectPod {
  /** Milliseconds of the cluster's clock. */
  readonly created: number;
  readonly containers: readonly { readonly restartCount: number; readonly imageId: string }[];
}

/** What is known of a workload when a condition is decided. */
export interface Subject {
  readonly workload: Pick<
    Workload,
    "ref" | "counts" | "labels" | "owner" | "strategy" | "paused" | "restartedAt" | "creationTimestamp"
  >;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the template, init containers included. */
  readonly images: readonly string[];
  /** What its template refers to. */
  readonly references: readonly { readonly kind: string; readonly name: string }[];
  /** Milliseconds of the cluster's clock; only what compares ages looks at it. */
  readonly now: number;
  /** Its present pods; only what looks at pods needs them. */
  readonly pods: readonly SubjectPod[];
  /** One of its pods is older than the last change of a Secret or ConfigMap that it uses. */
  readonly stale: boolean;
}

/** Decides one condition. */
export function matches(predicate: Predicate, subject: Subject): boolean {
  const { workload } = subject;
  const { ref, counts } = workload;
  switch (predicate.type) {
    case "not":
      return !matches(predicate.predicate, subject);
    case "any":
      return predicate.predicates.some((one) => matches(one, subject));
    case "all":
      return predicate.predicates.every((one) => matches(one, subject));
    case "kind":
    case "name":
    case "word":
    case "namespace":
      return matchesName(predicate, ref);
    case "image":
      return [...subject.images, ...subject.pods.flatMap(runningImages)].some((image) =>
        matchesImage(predicate.pattern, image),
      );
    case "strategy":
      return glob(predicate.pattern, workload.strategy.toLowerCase());
    case "owner":
      return ownerOf(workload, subject.annotations) === predicate.owner;
    case "uses":
      return subject.references.some(({ kind, name }) => kind === predicate.kind && glob(predicate.pattern, name));
    case "is":
      if (predicate.state === "stale") return subject.stale;
      if (predicate.state === "paused") return workload.paused;
      return counts.ready < counts.desired === (predicate.state === "not-ready");
    case "count": {
      const { value } = predicate;
      return compare(counts[predicate.count], predicate.comparison, typeof value === "number" ? value : counts[value]);
    }
    case "restarts": {
      const restarts = subject.pods.flatMap(({ containers }) => containers.map(({ restartCount }) => restartCount));
      return compare(Math.max(0, ...restarts), predicate.comparison, predicate.value);
    }
    case "age": {
      const since = sinceOf(predicate.age, subject);
      return since !== undefined && compare(subject.now - since, predicate.comparison, predicate.milliseconds);
    }
    case "restartedBefore":
      return lastRestart(subject) < predicate.time;
  }
}

/** Decides a condition on names alone; anything else it does not hold. */
export function matchesName(predicate: Predicate, ref: WorkloadRef): boolean {
  switch (predicate.type) {
    case "all":
      return predicate.predicates.every((one) => matchesName(one, ref));
    case "kind":
      return ref.apiVersion === predicate.apiVersion && ref.kind === predicate.kind;
    case "name":
      return glob(predicate.pattern, ref.name);
    case "word":
      return ref.name.includes(predicate.text);
    case "namespace":
      return glob(predicate.pattern, ref.namespace);
    default:
      return false;
  }
}

function glob(pattern: string, text: string): boolean {
  return matchPatterns([pattern], text);
}

/** `docker-pullable://nginx@sha256:…` as some container runtimes write it, and `nginx@sha256:…` as others do. */
function runningImages({ containers }: SubjectPod): readonly string[] {
  return containers.map(({ imageId }) => imageId.replace(/^[a-z-]+:\/\//, ""));
}

/** The time from which an age counts; undefined when there is nothing to have one. */
function sinceOf(age: AgeName, subject: Subject): number | undefined {
  switch (age) {
    case "age":
      return timeOf(subject.workload.creationTimestamp);
    case "podage":
      return subject.pods.length === 0 ? undefined : Math.min(...subject.pods.map(({ created }) => created));
    case "restarted":
      return lastRestart(subject);
  }
}

/** Never restarted is longer ago than anything. */
function lastRestart({ workload }: Subject): number {
  return timeOf(workload.restartedAt ?? "") ?? Number.NEGATIVE_INFINITY;
}

function timeOf(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function compare(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "=":
      return left === right;
    case "!=":
      return left !== right;
  }
}
