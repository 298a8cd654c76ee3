"""The simpler pieces: Halo band, Filament necklaces, Festoon card case. Units are cm; each returns objects and an engraving zone."""

from kit import *  # noqa: F403
from products import chain, foil_text, foil  # noqa: F401


def halo_band(kind="yellow", inner=0.87, width=0.40, thick=0.17):
    """A 4 mm wedding band lying on its side. Zone: the outer face towards the camera, as angles around the z axis."""
    g = metal(kind, 0.05, scale=0.4)
    n = 420
    ph = np.linspace(0, 2 * np.pi, n, endpoint=False)
    radial = np.stack([np.cos(ph), np.sin(ph), 0 * ph], 1)
    path = radial * (inner + thick / 2) + np.array([0, 0, width / 2])
    axis = np.tile([0, 0, 1.0], (n, 1))
    band = sweep("band", path, radial, axis, dprofile(width, thick, n_out=2.8, n_in=2.6, M=88), closed=True, mat=g, sharp=40)
    outer = inner + thick + 0.001
    half = 0.70 / outer  # the arc in radians of 7 mm to each side
    angles = np.linspace(-math.pi / 2 - half, -math.pi / 2 + half, 25)
    zone = [[(outer * math.cos(a), outer * math.sin(a), z) for a in angles] for z in (width / 2 + 0.115, width / 2 - 0.115)]
    return group([band], "BAND"), zone


def necklace_chain(mat, ends, reach, drop):
    """Both halves of a fine cable chain lying flat, from the pendant's loops upwards out of the picture."""
    objs = []
    for sign, (x, y) in zip((-1, 1), ends):
        t = np.linspace(0, 1, 400)
        xs = x + sign * (reach - abs(x)) * (np.sin(t * math.pi / 2) ** 1.25)
        ys = y + drop * (t**1.35)
        zs = 0.055 + 0 * t
        path = np.stack([xs, ys, zs], 1)
        d = np.linalg.norm(np.diff(path, axis=0), axis=1)
        run = np.concatenate([[0], np.cumsum(d)])
        link = small_link(mat)
        for i, at in enumerate(np.arange(0.02, run[-1] - 0.02, 0.102)):
            p = np.array([np.interp(at, run, path[:, k]) for k in range(3)])
            q = np.array([np.interp(at + 0.01, run, path[:, k]) for k in range(3)]) - p
            along = Vector(q).normalized()
            up = Vector((0, 0, 1))
            side = up.cross(along)
            m = Matrix((along, side, up)).transposed().to_4x4()
            o = bpy.data.objects.new("link", link)
            bpy.context.collection.objects.link(o)
            o.matrix_world = Matrix.Translation(p) @ m @ Matrix.Rotation(math.radians(78 if i % 2 else 8), 4, "X")
            objs.append(o)
    return objs


def small_link(mat):
    """One oval link, 1.5 × 1.0 mm, wire 0.28 mm."""
    from products import link_mesh

    return link_mesh(mat, 0.150, 0.100, 0.0145, n=24, m=8)


def torus(mat, centre, radius, wire, axis=(0, 0, 1)):
    """A small ring, for loops."""
    n = 64
    a = np.linspace(0, 2 * np.pi, n, endpoint=False)
    q = Vector(axis).to_track_quat("Z", "Y")
    radial = np.array([tuple(q @ Vector((math.cos(x), math.sin(x), 0))) for x in a])
    path = radial * radius + np.array(centre)
    return sweep("loop", path, radial, np.tile(tuple(q @ Vector((0, 0, 1))), (n, 1)), dprofile(wire, wire, 2, 2, M=16), closed=True, mat=mat)


def filament_pendant(kind="yellow", radius=0.31):
    """A 6 mm brilliant in a plain collet on a fine chain, lying flat."""
    g = metal(kind, 0.05, scale=0.3)
    n = 160
    a = np.linspace(0, 2 * np.pi, n, endpoint=False)
    er = np.stack([np.cos(a), np.sin(a), 0 * a], 1)
    top = 0.27
    collet = sweep("collet", er * (radius + 0.012) + np.array([0, 0, top - 0.10]), er, np.tile([0, 0, 1.0], (n, 1)), dprofile(0.24, 0.055, 4, 4, M=40), closed=True, mat=g, sharp=40)
    cup = superring(radius * 0.98, radius * 0.98, 2, [(0.16, 0.0), (0.05, 0.05), (0.0, top - 0.17)], metal("white", 0.12), M=96, name="cup", cap_top=False)
    me = brilliant_mesh()
    me.materials.append(diamond(True))
    stone = place(me, (0, 0, top - 0.02), (0, 0, 1), radius * 0.985, spin=0.2)
    loop_l = torus(g, (-0.115, radius + 0.075, 0.12), 0.062, 0.026)
    loop_r = torus(g, (0.115, radius + 0.075, 0.12), 0.062, 0.026)
    links = necklace_chain(g, [(-0.125, radius + 0.12), (0.125, radius + 0.12)], 2.6, 5.4)
    return group([collet, cup, stone, loop_l, loop_r, *links], "PENDANT"), None


def rounded_slab(length, height, thick, corner, mat):
    """A flat slab with rounded corners and softened edges, its underside at z = 0."""
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.0)
    bmesh.ops.scale(bm, verts=bm.verts, vec=(length, height, thick))
    bmesh.ops.translate(bm, verts=bm.verts, vec=(0, 0, thick / 2))
    upright = [e for e in bm.edges if abs(e.verts[0].co.z - e.verts[1].co.z) > thick / 2]
    bmesh.ops.bevel(bm, geom=upright, offset=corner, segments=24, profile=0.5, affect="EDGES")
    rim = [e for e in bm.edges if abs(e.verts[0].co.z - e.verts[1].co.z) < 1e-6 and len(e.link_faces) == 2]
    rim = [e for e in rim if e.calc_face_angle(0) > 1.0]
    bmesh.ops.bevel(bm, geom=rim, offset=0.022, segments=5, profile=0.5, affect="EDGES")
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    me = bpy.data.meshes.new("slab")
    bm.to_mesh(me)
    bm.free()
    me.materials.append(mat)
    me.shade_smooth()
    me.set_sharp_from_angle(angle=math.radians(35))
    o = bpy.data.objects.new("slab", me)
    bpy.context.collection.objects.link(o)
    return o


def filament_plate(kind="yellow", length=2.2, height=0.70, thick=0.10):
    """A 22 × 7 mm plate with rounded corners between the two halves of a chain, lying flat. Zone: its face."""
    g = metal(kind, 0.075, scale=0.6)
    plate = rounded_slab(length, height, thick, 0.16, g)
    plate.location.z = 0.03
    loops = [torus(g, (s * (length / 2 + 0.045), 0.12, 0.075), 0.062, 0.026) for s in (-1, 1)]
    links = necklace_chain(g, [(-length / 2 - 0.10, 0.15), (length / 2 + 0.10, 0.15)], 2.7, 4.2)
    z = 0.03 + thick + 0.005
    zone = [[(x, y, z) for x in np.linspace(-0.90, 0.90, 5)] for y in (0.25, -0.25)]
    return group([plate, *loops, *links], "PLATE"), zone


def festoon_card_case(col=(0.115, 0.0058, 0.0095), a=5.1, b=3.75):
    """A flat card case, 102 × 75 mm, with one outer pocket. Zone: the lower right of the pocket, for foil."""
    lea = leather(col, grain=6.5, depth=0.022)
    edge = plain("edgepaint", tuple(c * 0.55 for c in col), 0.4, 0.5)
    thread = plain("thread", (0.34, 0.045, 0.04), 0.55, 0.4)
    objs = [superring(a, b, 11, rounded(0, 0.26, 0.07, n=8), lea, M=360, name="back")]
    objs.append(superring(a - 0.015, b - 0.015, 11, rounded(0.255, 0.33, 0.02, n=5), edge, M=360, name="seam"))
    # the pocket: the same outline cut at a shallow swag below the upper edge
    th = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    x = np.sign(np.cos(th)) * np.abs(np.cos(th)) ** (2 / 11) * a
    y = np.sign(np.sin(th)) * np.abs(np.sin(th)) ** (2 / 11) * b
    limit = 1.75 - 0.42 * (1 - (x / a) ** 2)
    y = np.minimum(y, limit)
    verts, faces, m = [], [], len(th)
    prof = [(1.0, 0.32), (1.0, 0.47), (0.997, 0.50), (0.990, 0.52)]
    for k, z in prof:
        verts += [(px * k, (py + 1.0) * k - 1.0, z) for px, py in zip(x, y)]
    for i in range(len(prof) - 1):
        for k in range(m):
            j = (k + 1) % m
            faces.append((i * m + k, i * m + j, (i + 1) * m + j, (i + 1) * m + k))
    for ring in range(1, 40):  # the face, in shrinking rings so that the grain has vertices to bend
        k = 0.990 * (1 - ring / 40)
        verts += [(px * k, (py + 1.0) * k - 1.0, 0.52 + 0.045 * (1 - k * k)) for px, py in zip(x, y)]
    for i in range(len(prof) - 1, len(prof) + 38):
        for k in range(m):
            j = (k + 1) % m
            faces.append((i * m + k, i * m + j, (i + 1) * m + j, (i + 1) * m + k))
    faces.append(tuple(range(len(verts) - m, len(verts))))
    pocket = meshobj("pocket", verts, faces, lea)
    pocket.data.set_sharp_from_angle(angle=math.radians(50))
    objs.append(pocket)
    stitch = sphere_mesh(10, "stitch")
    stitch.materials.append(thread)
    run = np.stack([x * 0.955, (y + 1.0) * 0.945 - 1.0, 0.535 + 0 * x], 1)
    run = np.concatenate([run, run[:1]])
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(run, axis=0), axis=1))])
    for at in np.arange(0, lengths[-1], 0.22):
        p = Vector([np.interp(at, lengths, run[:, k]) for k in range(3)])
        q = Vector([np.interp(min(at + 0.05, lengths[-1]), lengths, run[:, k]) for k in range(3)]) - p
        if q.length < 1e-6:
            continue
        o = bpy.data.objects.new("stitch", stitch)
        bpy.context.collection.objects.link(o)
        o.matrix_world = Matrix.Translation(p) @ q.to_track_quat("X", "Z").to_matrix().to_4x4() @ Matrix.Diagonal((0.075, 0.028, 0.024, 1))
        objs.append(o)
    zone = [[(px, py, 0.575) for px in np.linspace(0.9, 4.3, 5)] for py in (-1.75, -2.65)]
    return group(objs, "CASE"), zone
