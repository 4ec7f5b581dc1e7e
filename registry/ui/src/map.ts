// The map of a pin's page, to pan and zoom in: it takes the place of the drawn
// pictures once it is there. Where it cannot be, without WebGL say, they stay.
import { Map as LiveMap, Marker, ScaleControl, setWorkerUrl, type LngLatBoundsLike, type StyleSpecification } from "maplibre-gl";

type Kind = "shown" | "beside" | "earlier" | "other";

/** A pin, as the page gives it. */
interface Mark {
  lat: number;
  lon: number;
  /** The radius of its 95 % circle; none where placed by hand. */
  radius_m: number | null;
  kind: Kind;
  label: string;
}

/** Rings of polygons, as GeoJSON has them. */
type Area = [number, number][][][];

/** The mean radius of the Earth that MapLibre's scale bar goes by. */
const EARTH_M = 6_371_008.8;

/** The corners of a drawn circle. */
const CORNERS = 96;

/** A style sheet's colours, by kind. */
const COLOURS: Record<Kind, string> = { shown: "--done", beside: "--back", earlier: "--before", other: "--waits" };

/** A place so many metres east and north of another: within a district, to a millimetre. */
function away(from: { lat: number; lon: number }, east: number, north: number): [number, number] {
  const degrees = 180 / Math.PI / EARTH_M;
  return [from.lon + (east * degrees) / Math.cos((from.lat * Math.PI) / 180), from.lat + north * degrees];
}

function circle(mark: Mark, radius: number): [number, number][] {
  return Array.from({ length: CORNERS + 1 }, (_, n) => {
    const turn = (2 * Math.PI * (n % CORNERS)) / CORNERS;
    return away(mark, radius * Math.sin(turn), radius * Math.cos(turn));
  });
}

/** The square round a pin that reaches so far each way. */
function round(mark: Mark, half: number): LngLatBoundsLike {
  return [away(mark, -half, -half), away(mark, half, half)];
}

/** The box round an area and what must be seen with it. */
function bounds(area: Area, mark: Mark): LngLatBoundsLike {
  const all = [...area.flat(2), [mark.lon, mark.lat]];
  const [lon, lat] = [0, 1].map((n) => all.map((at) => at[n]!)) as [number[], number[]];
  const least = (of: number[]) => of.reduce((a, b) => Math.min(a, b));
  const most = (of: number[]) => of.reduce((a, b) => Math.max(a, b));
  return [least(lon), least(lat), most(lon), most(lat)];
}

function style(area: Area, marks: Mark[], tiles: string | undefined, colour: (name: string) => string): StyleSpecification {
  const circles = marks.flatMap((mark) =>
    mark.radius_m === null
      ? []
      : [{ type: "Feature" as const, properties: { kind: mark.kind, colour: colour(COLOURS[mark.kind]) }, geometry: { type: "Polygon" as const, coordinates: [circle(mark, mark.radius_m)] } }],
  );
  return {
    version: 8,
    sources: {
      area: { type: "geojson", data: { type: "MultiPolygon", coordinates: area } },
      circles: { type: "geojson", data: { type: "FeatureCollection", features: circles.reverse() } },
      ...(tiles && { tiles: { type: "raster" as const, tiles: [tiles], tileSize: 256, maxzoom: 19 } }),
    },
    layers: [
      { id: "outside", type: "background", paint: { "background-color": colour("--outside") } },
      { id: "area", type: "fill", source: "area", paint: { "fill-color": "#fff", "fill-antialias": false } },
      ...(tiles ? [{ id: "tiles", type: "raster" as const, source: "tiles" }] : []),
      { id: "border", type: "line", source: "area", paint: { "line-color": colour("--before"), "line-width": 1.5 } },
      { id: "within", type: "fill", source: "circles", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.12 } },
      { id: "edge", type: "line", source: "circles", filter: ["!=", ["get", "kind"], "earlier"], paint: { "line-color": ["get", "colour"], "line-width": 1.5 } },
      { id: "edge-earlier", type: "line", source: "circles", filter: ["==", ["get", "kind"], "earlier"], paint: { "line-color": ["get", "colour"], "line-width": 1.5, "line-dasharray": [3, 2] } },
    ],
  };
}

/** A mark's dot: says what it is when pointed at, tapped or reached by the keyboard. */
function dot(mark: Mark): Marker {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `dot m-${mark.kind}`;
  element.setAttribute("aria-label", mark.label);
  element.addEventListener("click", () => element.focus());
  return new Marker({ element }).setLngLat([mark.lon, mark.lat]);
}

function show(maps: HTMLElement, live: HTMLElement, canvas: HTMLElement): void {
  const said = live.dataset;
  const marks = JSON.parse(said.marks ?? "[]") as Mark[];
  const area = JSON.parse(said.area ?? "[]") as Area;
  const shown = marks.find((mark) => mark.kind === "shown");
  if (!shown) return;
  const styles = getComputedStyle(live);
  const near = round(shown, Number(said.half));
  const map = new LiveMap({
    container: canvas,
    style: style(area, marks, said.tiles, (name) => styles.getPropertyValue(name).trim()),
    bounds: near,
    maxZoom: 21,
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    locale: {
      "Map.Title": said.title ?? "",
      "ScaleControl.Meters": said.metres ?? "m",
      "ScaleControl.Kilometers": said.kilometres ?? "km",
      "CooperativeGesturesHandler.WindowsHelpText": said.wheel ?? "",
      "CooperativeGesturesHandler.MacHelpText": said.wheel?.replace("Ctrl", "⌘") ?? "",
      "CooperativeGesturesHandler.MobileHelpText": said.fingers ?? "",
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ maxWidth: 120 }));
  // The pin's dot on top of the others.
  for (const mark of marks.toReversed()) dot(mark).addTo(map);
  // A tile that does not come leaves the polygons: nobody need be told.
  map.on("error", () => undefined);
  map.once("idle", () => maps.classList.add("ready"));
  map.on("webglcontextlost", () => maps.classList.remove("ready"));
  map.on("webglcontextrestored", () => maps.classList.add("ready"));
  const ways: Record<string, () => void> = {
    in: () => map.zoomIn(),
    out: () => map.zoomOut(),
    pin: () => map.fitBounds(near),
    area: () => map.fitBounds(bounds(area, shown), { padding: 20 }),
  };
  for (const button of live.querySelectorAll("button[data-way]")) {
    button.addEventListener("click", () => ways[(button as HTMLElement).dataset.way ?? ""]?.());
  }
}

const maps = document.getElementById("maps");
const live = maps?.querySelector<HTMLElement>(".live");
const canvas = live?.querySelector<HTMLElement>(".canvas");
if (maps && live && canvas) {
  setWorkerUrl(new URL("worker.js", import.meta.url).href);
  try {
    show(maps, live, canvas);
  } catch {
    // No WebGL here: the drawn pictures stay.
    live.remove();
  }
}
