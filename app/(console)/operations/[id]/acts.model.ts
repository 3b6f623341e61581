/** What each act is called, and what it means, on the operation's page. Pure. */
import type { ActName } from "../../../../lib/queries/operation-acts.ts";

export interface ActLook {
  readonly label: string;
  readonly means: string;
  /** A page or a panel of its own asks more; else one button does it. */
  readonly asks: boolean;
  readonly primary: boolean;
}

const LOOKS: Readonly<Record<ActName, ActLook>> = {
  review: { label: "Review…", means: "Approve or reject this plan.", asks: true, primary: true },
  send: {
    label: "Send",
    means: "Goes on to the reviewers or, by policy, to the queue.",
    asks: false,
    primary: true,
  },
  resume: { label: "Resume", means: "Goes on from where it stopped.", asks: false, primary: true },
  pause: { label: "Pause", means: "Finishes the batch at hand, then stops.", asks: false, primary: false },
  retry: {
    label: "Try again",
    means: "Goes on from the checkpoint, or begins anew where nothing was changed.",
    asks: false,
    primary: true,
  },
  reconcile: {
    label: "Reconcile",
    means: "A worker looks whether it happened, and changes nothing.",
    asks: false,
    primary: true,
  },
  "plan-again": {
    label: "Plan again",
    means: "Looks at the database anew. Where nothing changed, reviews given stand.",
    asks: false,
    primary: false,
  },
  withdraw: {
    label: "Withdraw",
    means: "Takes the request back. Nothing has run.",
    asks: false,
    primary: false,
  },
  abort: {
    label: "Abort…",
    means: "Stops, and takes back what can be taken back.",
    asks: true,
    primary: false,
  },
  "break-glass": {
    label: "Break glass…",
    means: "In an emergency: lets it past its reviewers, who are told.",
    asks: true,
    primary: false,
  },
};

export function actLook(name: ActName): ActLook {
  return LOOKS[name];
}
