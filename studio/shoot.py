"""One picture of one piece: `python shoot.py SCENE WIDTH HEIGHT SAMPLES FOLDER`; `python shoot.py --list` names the scenes.

A scene is `piece/view`, and a view ends in the metal it shows. The render, and for pieces that can be engraved the zone on
the picture, go into FOLDER; `finish.py` makes the files the shop serves.
"""

import sys

from flat_pieces import *  # noqa: F403
from products import *  # noqa: F403
from scene_box import build_closed, build_hero, build_open

IVORY = (0.86, 0.85, 0.83)


def stand(e):
    """Put a group on the ground: its lowest point touches z = 0, so that its shadow meets it."""
    bpy.context.view_layer.update()
    lowest = min((o.matrix_world @ Vector(c)).z for o in e.children_recursive if o.type in ("MESH", "CURVE") for c in o.bound_box)
    e.location.z -= lowest
    bpy.context.view_layer.update()


def packshot(k, target, dist, elev, exposure, spread=1.0, pin=True, top_flag=True, azim=0, focus=None, fstop=22):
    """The house's one light, scaled by k: overhead gradient, two strips, low front card, small key, black flags."""
    tx, ty, tz = target
    camera(orbit(target, dist, elev, azim), target, 100, fstop, focus or target)

    def at(x, y, z):
        return (tx + x * k, ty + y * k, z * k)

    overhead = softbox(at(-7, 5, 23), target, 46 * k, 34 * k, 5.0, (1, 0.985, 0.965), edge=4, lin=(0.25, 1))
    softbox(at(21, 0, 9), target, 10 * k, 22 * k, 7.0, (1, 0.99, 0.975), edge=4)
    softbox(at(-22, -8, 8), target, 8 * k, 20 * k, 5.0, (1, 0.985, 0.965), edge=4)
    softbox(at(-2, -30, 4.5), target, 7 * k, 5 * k, 4.0, (1, 0.98, 0.96), edge=3)
    softbox(at(-20, 16, 26), target, 9 * k, 9 * k, 80.0, (1, 0.97, 0.93), edge=3)
    flag(at(8, -24, 6), target, 9 * k, 22 * k)
    flag(at(-12, -22, 6), target, 9 * k, 22 * k)
    overhead.visible_glossy = top_flag  # a flat piece seen from above mirrors the open room instead
    if top_flag:
        flag(at(3, -14, 21), target, 30 * k * spread, 5 * k)
    if pin:
        pins(10, 26 * k, target, 70, 0.9 * k, elev=(20, 70), seed=4)
    return exposure


def ground(k=1.0):
    sweep_ground(plain("paper", IVORY, 0.6, 0.22), front=-60 * k, back=32 * k, width=160 * k, rad=22 * k, height=120 * k)


def arc(kind, small=False):
    if small:
        e, *_ = arc_bangle(kind, stones=True, w=0.37, t=0.19, sd=0.19, n_st=17)
    else:
        e, *_ = arc_bangle(kind, stones=False)
    e.rotation_euler.z = math.radians(-16)
    ground()
    packshot(1, (0.1, -0.25, 0.35), 27, 25, 0, focus=(0.2, -2.6, 0.5))
    return 2.72, None


def arc_engraving(kind):
    e, objs, ap, zone = arc_bangle(kind, engrave=None, rough=0.085, stones=False)
    bpy.context.view_layer.update()
    ground()
    mw = e.matrix_world
    z = [[mw @ Vector(p) for p in row] for row in zone]
    mid = z[0][12].lerp(z[1][12], 0.5)
    t = (mid.x, mid.y, mid.z - 0.22)
    camera(orbit(t, 12.5, 21, -6), t, 100, 40, mid)
    softbox((-6, 4, 20), (0, 0, 0), 34, 24, 4.0, (1, 0.98, 0.95), edge=3, lin=(0.2, 1))
    softbox((0, -14, 9), (0, 2.5, 0.4), 16, 4.5, 5.0, (1, 0.985, 0.965), edge=2)
    softbox((-13, -4, 6), (0, 2.5, 0.5), 5, 12, 6.0, (1, 0.98, 0.95), edge=3)
    softbox((14, -2, 6), (0, 2.5, 0.5), 4, 12, 6.0, (1, 0.98, 0.95), edge=3)
    softbox((-14, 16, 22), (0, 0, 0), 7, 7, 60.0, (1, 0.96, 0.90), edge=3)
    flag((0, -16, 2.2), (0, 2.5, 0.4), 26, 4.0)
    return 2.5, z


def ring(kind):
    e, _objs = halo_ring(kind)
    e.rotation_euler = (math.radians(15), 0, math.radians(26))
    stand(e)
    ground(0.5)
    packshot(0.42, (0, -0.2, 1.1), 11.0, 34, 0, focus=(0, -0.6, 2.0), fstop=30)
    pins(14, 11, (0, 0, 2.0), 120, 0.4, elev=(30, 80), seed=7)
    return 2.5, None


def band(kind):
    e, zone = halo_band(kind)
    ground(0.5)
    packshot(0.42, (0, -0.05, 0.12), 10.5, 27, 0, focus=(0, -1.0, 0.2), fstop=30, pin=False)
    return 2.6, [[Vector(p) for p in row] for row in zone]


def pendant(kind):
    filament_pendant(kind)
    ground(0.7)
    packshot(0.5, (0, 1.55, 0.1), 17, 68, 0, focus=(0, 0, 0.2), fstop=40)
    return 2.5, None


def plate(kind):
    _e, zone = filament_plate(kind)
    ground(0.7)
    packshot(0.5, (0, 1.15, 0.1), 16, 66, 0, focus=(0, 0, 0.1), fstop=40, pin=False, top_flag=False)
    # A flat polished face shows what it mirrors: a card that falls from light to dark across it, or it reads as paper.
    lit = math.radians(66)
    card = softbox((0, 16 * math.cos(lit), 16 * math.sin(lit)), (0, 0, 0.1), 20, 9.0, 0.30, edge=0, lin=(0.10, 1.0), diffuse=False)
    card.rotation_euler.rotate_axis("X", math.pi)
    card.rotation_euler.rotate_axis("Z", math.radians(64))
    return 2.55, [[Vector(p) for p in row] for row in zone]


def wallet(colour):
    e, _ob = festoon()
    e.rotation_euler.z = math.radians(14)
    sweep_ground(plain("paper", IVORY, 0.6, 0.22), front=-90, back=60, width=260, rad=40)
    t = (0.4, -1.5, 6.2)
    camera(orbit(t, 74, 13, 0), t, 90, 22, (0, -2, 7))
    softbox((-10, 20, 62), (0, 0, 6), 100, 70, 3.6, (1, 0.98, 0.955), edge=2, lin=(0.15, 1))
    softbox((-44, -40, 34), (0, 0, 8), 26, 40, 11.0, (1, 0.975, 0.94), edge=2, lin=(0.2, 1))
    softbox((52, -6, 20), (0, 0, 8), 14, 50, 8.0, (1, 0.985, 0.965), edge=4)
    softbox((-36, 30, 56), (0, 0, 2), 16, 16, 60.0, (1, 0.96, 0.90), edge=3)
    softbox((30, -68, 26), (0, 0, 8), 46, 44, 6.5, (1, 0.98, 0.95), edge=2, lin=(0.0, 1))
    flag((-20, -60, 14), (0, 0, 8), 10, 44)
    pins(8, 60, (0, -2, 6), 60, 2.0, elev=(10, 50), seed=2)
    bpy.context.view_layer.update()
    zone = [[e.matrix_world @ Vector((x, -1.86, z)) for x in np.linspace(3.2, 7.7, 5)] for z in (2.5, 1.3)]
    return 2.3, zone


def case(colour):
    tints = {"garnet": (0.115, 0.0058, 0.0095), "ink": (0.012, 0.011, 0.012)}
    e, zone = festoon_card_case(tints[colour])
    e.rotation_euler = (math.radians(0), 0, math.radians(12))
    bpy.context.view_layer.update()
    ground(2)
    packshot(2.2, (0, -0.1, 0.3), 46, 52, 0, focus=(0, 0, 0.5), pin=False)
    softbox((14, 26, 30), (0, 0, 0), 30, 14, 5.0, (1, 0.98, 0.95), edge=2)
    return 2.7, [[e.matrix_world @ Vector(p) for p in row] for row in zone]


SCENES = {
    **{f"arc-bangle/front-{m}": (arc, m) for m in ("yellow", "rose", "white")},
    **{f"arc-bangle/engraving-{m}": (arc_engraving, m) for m in ("yellow", "rose", "white")},
    **{f"arc-bangle-small-diamonds/front-{m}": (lambda m: arc(m, small=True), m) for m in ("yellow", "white")},
    "halo-ring/front-platinum": (ring, "platinum"),
    **{f"halo-band/front-{m}": (band, m) for m in ("yellow", "platinum")},
    **{f"filament-pendant/front-{m}": (pendant, m) for m in ("yellow", "white")},
    **{f"filament-plate/front-{m}": (plate, m) for m in ("yellow", "white")},
    "festoon-chain-wallet/front-garnet": (wallet, "garnet"),
    **{f"festoon-card-case/front-{m}": (case, m) for m in ("garnet", "ink")},
}
BOXES = {"box/closed": build_closed, "box/open": build_open, "box/hero": build_hero}


def shoot(scene, w, h, spp, folder):
    """Build, render and write EXR, PNG and (for engravable pieces) the zone."""
    name = scene.replace("/", "__")
    if scene in BOXES:
        BOXES[scene](w, h, spp)
        render(name, folder)
        return
    reset()
    world((0.95, 0.94, 0.92), 0.32)
    build, kind = SCENES[scene]
    exposure, zone = build(kind)
    render_setup(w, h, spp, 0.03, exposure=exposure, view="Khronos PBR Neutral", look="None")
    if zone:
        export_zone(f"{folder}/{name}.zone.json", zone, scene)
    render(name, folder)


if __name__ == "__main__":
    if sys.argv[1] == "--list":
        print("\n".join([*SCENES, *BOXES]))
    else:
        wide, high, samples = map(int, sys.argv[2:5])
        shoot(sys.argv[1], wide, high, samples, sys.argv[5])
