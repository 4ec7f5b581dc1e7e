// Fills in where the phone is, the best of what it says within 15 s; without this,
// people type what their receiver shows.
"use strict";
const button = document.getElementById("here");
if (button && navigator.geolocation) {
  const position = document.getElementById("position");
  const radius = document.getElementById("radius");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    let best = Infinity;
    const watch = navigator.geolocation.watchPosition(
      ({ coords }) => {
        if (coords.accuracy >= best) return;
        best = coords.accuracy;
        position.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`;
        // Android's browsers hand on its 68 % radius: 1.62 times that is 95 %.
        radius.value = (1.62 * coords.accuracy).toFixed(1);
      },
      () => {
        if (best === Infinity) document.getElementById("denied").hidden = false;
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: 15000 },
    );
    setTimeout(() => {
      navigator.geolocation.clearWatch(watch);
      button.disabled = false;
    }, 15000);
  });
}
