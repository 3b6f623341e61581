import type { OperationState } from "../../lib/records/schema/operations.ts";
import { Status } from "../ui/status.tsx";
import { operationStateLook } from "./operation-state.model.ts";

export function OperationStatus({
  state,
  boxed = false,
}: {
  readonly state: OperationState;
  readonly boxed?: boolean;
}) {
  const { tone, word } = operationStateLook(state);
  return (
    <Status tone={tone} boxed={boxed}>
      {word}
    </Status>
  );
}
