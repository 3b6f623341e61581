"use client";
import { Button } from "../ui/button.tsx";

/** The browser prints it, or makes a PDF of it. */
export function PrintButton() {
  return <Button onClick={() => window.print()}>Print or save as PDF</Button>;
}
