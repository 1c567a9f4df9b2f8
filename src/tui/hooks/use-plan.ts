import { useEffect } from "react";
import { type RunHandle, toRestartError } from "../../core/index.ts";
import { checkSubjects } from "../check-subjects.ts";
import { sendPlan } from "../send-plan.ts";
import type { PlanState } from "../state/plan-state.ts";
import type { State } from "../state.ts";
import type { Effects } from "./effects.ts";

/** Looks at what the dialog is about, and begins the run once it is accepted. */
export function usePlan(effects: Effects, { plan }: State, begun: (handle: RunHandle) => void): void {
  const { host, store, open } = effects;
  const phase = plan?.phase;
  const subjects = plan?.subjects;
  const look = plan?.look ?? 0;
  useEffect(() => {
    if (phase !== "checking" || subjects === undefined) return;
    const ended = new AbortController();
    const check = async (): Promise<void> => {
      try {
        const checked = await checkSubjects(open, subjects, host.fieldManager, ended.signal);
        if (!ended.signal.aborted) store.dispatch({ type: "plan.checked", look, at: host.clock.now(), ...checked });
      } catch (caught) {
        if (!ended.signal.aborted) store.dispatch({ type: "plan.failed", look, error: toRestartError(caught) });
      }
    };
    void check();
    return () => ended.abort();
  }, [subjects, look, phase, host, store, open]);
  useEffect(() => {
    const accepted: PlanState | undefined = store.getState().plan;
    if (phase !== "sending" || accepted === undefined || accepted.look !== look) return;
    const ended = new AbortController();
    const send = async (): Promise<void> => {
      try {
        const sent = await sendPlan(host, open, accepted, ended.signal);
        // Whatever was done on the screen meanwhile: it has begun, and must be seen.
        if (sent.type === "started") begun(sent.handle);
        else if (!ended.signal.aborted) {
          const { targets, lost } = sent;
          store.dispatch({ type: "plan.changed", look, targets, lost, at: host.clock.now() });
        }
      } catch (caught) {
        if (!ended.signal.aborted) store.dispatch({ type: "plan.failed", look, error: toRestartError(caught) });
      }
    };
    void send();
    return () => ended.abort();
  }, [look, phase, host, store, open, begun]);
}
