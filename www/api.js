// The JavaScript API: `open`, `parse`, `Snapshot`, `Dataset`. Contract: www/mixed-movements.d.ts.
export {};
