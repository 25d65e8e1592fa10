// @ts-check
// Gives a file to the browser to save.

/**
 * @param {string} name
 * @param {string} type  of the medium, "image/svg+xml"
 * @param {BlobPart[]} parts
 */
export function saveFile(name, type, parts) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
