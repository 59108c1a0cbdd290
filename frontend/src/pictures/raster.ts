/** Pictures as PNG: the browser draws the SVG file of the server, with the fonts of the reader. */

/** How many pixels of the PNG a unit of the picture has, each way. */
const PIXELS = 2;

/** Show the buttons that the server hides, since only a script can serve them. */
export function enhancePictures(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-raster]")) {
    const { raster, name } = button.dataset;
    if (!raster || !name) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      // A browser that cannot draw it gets the picture as it is.
      save(raster, name).catch(() => location.assign(raster));
    });
  }
}

async function save(address: string, name: string): Promise<void> {
  const image = new Image();
  image.src = address;
  await image.decode();
  offer(await drawn(image), name);
}

async function drawn(image: HTMLImageElement): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PIXELS;
  canvas.height = image.naturalHeight * PIXELS;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error(`${image.src} could not be drawn`);
  return blob;
}

function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
