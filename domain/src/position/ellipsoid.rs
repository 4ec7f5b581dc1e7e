//! Ellipsoids: onto the plane and into space, and from one datum to another.

/// An ellipsoid of revolution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ellipsoid {
    /// The semi-major axis, metres.
    a: f64,
    /// The flattening.
    f: f64,
}

impl Ellipsoid {
    /// WGS 84.
    pub(super) const WGS84: Self = Self {
        a: 6_378_137.0,
        f: 1.0 / 298.257_223_563,
    };

    /// Everest 1830 (1937 adjustment), EPSG:7015.
    pub(super) const EVEREST_1937: Self = Self {
        a: 6_377_276.345,
        f: 1.0 / 300.8017,
    };

    /// The square of the eccentricity.
    fn e2(&self) -> f64 {
        self.f * (2.0 - self.f)
    }

    /// The third flattening.
    fn n(&self) -> f64 {
        self.f / (2.0 - self.f)
    }

    /// The radius of the circle that is as long as a meridian, metres.
    fn rectifying(&self) -> f64 {
        let n2 = self.n().powi(2);
        self.a / (1.0 + self.n()) * (1.0 + n2 / 4.0 + n2 * n2 / 64.0)
    }

    /// Latitude and longitude off the central meridian, radians, on the plane of
    /// the transverse Mercator projection: metres east and north, before scale.
    ///
    /// Krüger's series to the fourth power of the third flattening (L. Krüger
    /// 1912; C. F. F. Karney, "Transverse Mercator with an accuracy of a few
    /// nanometers", J. Geodesy 85, 2011): within a micrometre as far as 10° off.
    pub(super) fn to_plane(self, lat: f64, off_centre: f64) -> [f64; 2] {
        let n = self.n();
        let alpha = [
            n * (1.0 / 2.0 + n * (-2.0 / 3.0 + n * (5.0 / 16.0 + n * (41.0 / 180.0)))),
            n.powi(2) * (13.0 / 48.0 + n * (-3.0 / 5.0 + n * (557.0 / 1440.0))),
            n.powi(3) * (61.0 / 240.0 + n * (-103.0 / 140.0)),
            n.powi(4) * (49_561.0 / 161_280.0),
        ];
        let e = self.e2().sqrt();
        let t = (lat.sin().atanh() - e * (e * lat.sin()).atanh()).sinh();
        let xi = t.atan2(off_centre.cos());
        let eta = (off_centre.sin() / t.hypot(off_centre.cos())).asinh();
        let (mut north, mut east) = (xi, eta);
        for (alpha, twice) in alpha.into_iter().zip([2.0, 4.0, 6.0, 8.0]) {
            north += alpha * (twice * xi).sin() * (twice * eta).cosh();
            east += alpha * (twice * xi).cos() * (twice * eta).sinh();
        }
        [self.rectifying() * east, self.rectifying() * north]
    }

    /// The way back from [`Ellipsoid::to_plane`].
    pub(super) fn of_plane(self, east: f64, north: f64) -> [f64; 2] {
        let n = self.n();
        let beta = [
            n * (1.0 / 2.0 + n * (-2.0 / 3.0 + n * (37.0 / 96.0 + n * (-1.0 / 360.0)))),
            n.powi(2) * (1.0 / 48.0 + n * (1.0 / 15.0 + n * (-437.0 / 1440.0))),
            n.powi(3) * (17.0 / 480.0 + n * (-37.0 / 840.0)),
            n.powi(4) * (4_397.0 / 161_280.0),
        ];
        let (north, east) = (north / self.rectifying(), east / self.rectifying());
        let (mut xi, mut eta) = (north, east);
        for (beta, twice) in beta.into_iter().zip([2.0, 4.0, 6.0, 8.0]) {
            xi -= beta * (twice * north).sin() * (twice * east).cosh();
            eta -= beta * (twice * north).cos() * (twice * east).sinh();
        }
        let conformal = (xi.sin() / eta.cosh()).atanh();
        let e = self.e2().sqrt();
        // Each round is better by the eccentricity's square.
        let mut sin = conformal.tanh();
        for _ in 0..7 {
            sin = (conformal + e * (e * sin).atanh()).tanh();
        }
        [sin.asin(), eta.sinh().atan2(xi.cos())]
    }

    /// A place on the ellipsoid, latitude and longitude in radians, as metres
    /// from the earth's centre.
    pub(super) fn to_space(self, [lat, lon]: [f64; 2]) -> [f64; 3] {
        let across = self.a / (1.0 - self.e2() * lat.sin().powi(2)).sqrt();
        [
            across * lat.cos() * lon.cos(),
            across * lat.cos() * lon.sin(),
            across * (1.0 - self.e2()) * lat.sin(),
        ]
    }

    /// The place above or below which a point near the surface lies.
    pub(super) fn of_space(self, [x, y, z]: [f64; 3]) -> [f64; 2] {
        let e2 = self.e2();
        let from_axis = x.hypot(y);
        let mut lat = z.atan2(from_axis * (1.0 - e2));
        for _ in 0..7 {
            let across = self.a / (1.0 - e2 * lat.sin().powi(2)).sqrt();
            lat = (z + e2 * across * lat.sin()).atan2(from_axis);
        }
        [lat, y.atan2(x)]
    }
}

/// From one datum to WGS 84: seven parameters, position vector convention.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    /// Metres.
    by: [f64; 3],
    /// Seconds of arc.
    turn: [f64; 3],
    /// Parts per million.
    scale: f64,
}

impl Shift {
    /// Indian 1975 to WGS 84, EPSG:1812.
    pub(super) const INDIAN_1975: Self = Self {
        by: [293.0, 836.0, 318.0],
        turn: [0.5, 1.6, -2.8],
        scale: 2.1,
    };

    fn turned([x, y, z]: [f64; 3], [rx, ry, rz]: [f64; 3]) -> [f64; 3] {
        [
            x - rz * y + ry * z,
            rz * x + y - rx * z,
            -ry * x + rx * y + z,
        ]
    }

    /// A point of the datum in WGS 84.
    pub(super) fn apply(&self, point: [f64; 3]) -> [f64; 3] {
        let turn = self.turn.map(|seconds| (seconds / 3600.0).to_radians());
        let mut out = Self::turned(point, turn);
        for (out, by) in out.iter_mut().zip(self.by) {
            *out = *out * (1.0 + self.scale * 1e-6) + by;
        }
        out
    }

    /// A point of WGS 84 in the datum.
    pub(super) fn undo(&self, mut point: [f64; 3]) -> [f64; 3] {
        for (point, by) in point.iter_mut().zip(self.by) {
            *point = (*point - by) / (1.0 + self.scale * 1e-6);
        }
        let turn = self.turn.map(|seconds| -(seconds / 3600.0).to_radians());
        Self::turned(point, turn)
    }
}
