"""The house's box, closed with its bow, open with the Arc bangle, and the wide picture of the home page."""
from products import *
def ribbon_closed(info,mat,x0=-2.05,w=1.5):
    a,b=HALF; zt=info['ztop']+0.015; ob=[]
    # band hugging the box in the YZ plane at x=x0
    P=[]; zr=0.45
    yb=b+0.03
    P+=[(x0,-yb,0.0),(x0,-yb,1),(x0,-yb,2),(x0,-yb,3.0),(x0,-yb,zt-0.75)]
    for a_ in np.linspace(0,math.pi/2,8)[1:-1]: P.append((x0,-yb+0.62*(1-math.cos(a_)),zt-0.70+0.62*math.sin(a_)))
    P+=[(x0,y,zt-0.02+0.02*math.cos(y/b*1.5)) for y in np.linspace(-b+.9,b-.9,24)]
    for a_ in np.linspace(math.pi/2,0,8)[1:-1]: P.append((x0,yb-0.62*(1-math.cos(a_)),zt-0.70+0.62*math.sin(a_)))
    P+=[(x0,yb,zt-.75),(x0,yb,0)]
    ob.append(strip('band',P,(1,0,0),w,mat,0.03))
    # tailored flat bow (two tiers of pinched stadium loops + wrap), running across the band
    kz=zt+0.02; cy=-0.3
    def loop(L,z0,rt,w_,sg,yaw):
        c_,s_=math.cos(yaw),math.sin(yaw)
        xs=np.linspace(0,L-rt,16); low=[(x,z0+0.03+0.10*(x/L)**2) for x in xs]; zt_=low[-1][1]
        arc=[(L-rt+rt*math.sin(a_),zt_+rt-rt*math.cos(a_)) for a_ in np.linspace(0,math.pi,14)[1:-1]]
        up=[(x,z0+0.13+(zt_+2*rt-z0-0.13)*(math.sin(math.pi/2*min(1,(x/(L-rt))))**0.8)+0.10*math.sin(math.pi*x/(L-rt))) for x in xs[::-1]]
        q=low+arc+up; pts=np.array([(x0+sg*x*c_,cy+sg*x*s_,z) for x,z in q]); x_=np.array([x for x,z in q])
        wd=w_*np.interp(x_,[0,0.35*L,L],[0.62,0.97,1.0]); return strip('loop',pts,(-s_,c_,0),wd,mat,0.035,1)
    for sg in (-1,1):
        ob.append(loop(2.15,kz,0.27,1.5,sg,math.radians(4))); ob.append(loop(1.5,kz+0.34,0.24,1.4,sg,math.radians(-3)))
        # tails with slanted cut
        t=np.linspace(0,1,30); yaw=math.radians(58 if sg>0 else 62); c_,s_=math.cos(yaw),math.sin(yaw)
    kn=[(x0,cy+0.60*math.cos(a_),kz+0.10+0.62*math.sin(a_)**0.8 if math.sin(a_)>0 else kz+0.05) for a_ in np.linspace(0,math.pi,26)]
    ob.append(strip('knot',kn,(1,0,0),0.82,mat,0.06,1))
    return ob
def lights(k=1.0,gloss=True):
    o=softbox((-6,10,32),(0,0,3),60,40,4.2*k,(1,0.975,0.94),edge=2,lin=(0.05,0.85))
    o.visible_glossy=gloss
    if not gloss: softbox((-6,46,40),(0,0,3),80,24,2.6*k,(1,0.975,0.94),edge=2,lin=(0.0,1),diffuse=False)   # gradient card seen only in the lacquer
    softbox((30,-2,13),(0,0,3),12,30,5.5*k,(1,0.985,0.965),edge=4)
    softbox((-30,-12,12),(0,0,3),10,30,4.0*k,(1,0.98,0.95),edge=4)
    softbox((-26,20,36),(0,0,2),12,12,70.0*k,(1,0.96,0.90),edge=3)
    flag((10,-34,10),(0,0,3),10,30); flag((-14,-34,10),(0,0,3),10,30)
def build_closed(w,h,spp,thr=0.03):
    reset(); world((0.9,0.87,0.83),0.30)
    ob,lid,info=box(False); sat=satin((0.78,0.69,0.56)); rb=ribbon_closed(info,sat)
    al=[o for o in ob.values()]+rb; e=group(al,'BOX'); e.rotation_euler.z=math.radians(18)
    sweep_ground(plain('paper',(0.86,0.85,0.83),0.6,0.22))
    t=(0.1,0.2,1.75); camera(orbit(t,50,36,0),t,90,22,(0,-2,4.5)); lights(1.0,False)
    render_setup(w,h,spp,thr,exposure=2.4,view='Khronos PBR Neutral',look='None')
def build_open(w,h,spp,thr=0.03):
    reset(); world((0.9,0.87,0.83),0.30)
    ob,lid,info=box(True); a,b=HALF; bh=info['base_h']
    vel=velvet(); 
    # cushion: superellipse pillow inside with a soft trough for the bangle
    M=96; n=5.5; V=[];F=[]; rr=np.linspace(0,1,60); th=np.linspace(0,2*np.pi,160,endpoint=False); c,s=np.cos(th),np.sin(th); X=np.sign(c)*np.abs(c)**(2/n);Y=np.sign(s)*np.abs(s)**(2/n)
    aa,bb=a-0.44,b-0.44
    for r in rr:
        for x,y in zip(X*aa*r,Y*bb*r):
            el=math.hypot(x/3.05,y/2.65); dome=0.62*(1-r**5)
            tr=-0.34*math.exp(-((el-1)/0.115)**2)
            V.append((x,y,bh-0.78+dome+tr))
    for i in range(len(rr)-1):
        for k in range(160): l=(k+1)%160; F.append((i*160+k,(i+1)*160+k,(i+1)*160+l,i*160+l))
    cu=meshobj('cushion',V,F,vel); 
    # lid lining: satin pillow
    sl=satin((0.66,0.56,0.44)); V=[]
    for r in rr:
        for x,y in zip(X*aa*r,Y*bb*r): V.append((x,y,0.72-0.42*(1-r**6)+0.012*math.sin(x*2.1+0.5*math.sin(y*3))*(1-r)))
    li=meshobj('lining',V,[f[::-1] for f in F],plain('silk',(0.56,0.46,0.36),0.5,0.5)); li.data.materials[0].node_tree.nodes['Principled BSDF'].inputs['Sheen Weight'].default_value=0.3
    fo=foil((0.62,0.36,0.13)); ft=foil_text(HOUSE,0.98,fo,0.262,1.45); ft.rotation_euler.x=math.pi; ft.location.y=0.2
    li.parent=lid; ft.parent=lid
    # hinge
    lid.location=(0,b-0.1,bh+0.05); 
    for ch in list(lid.children): ch.location.y-= (b-0.1)
    lid.rotation_euler.x=math.radians(-103)
    e2,objs,ap,zone=arc_bangle('yellow'); e2.location.z=bh-0.42+0.30; e2.rotation_euler.z=math.radians(-10)
    al=[o for o in ob.values()]+[cu,e2]; e=group(al,'BOX'); e.rotation_euler.z=math.radians(20)
    sweep_ground(plain('paper',(0.86,0.85,0.83),0.6,0.22),back=45)
    t=(0.4,1.3,4.2); camera(orbit(t,59,33,0),t,90,22,(0,-1,3)); lights(0.9)
    softbox((0,-30,26),(0,0,4),16,10,4.0,(1,0.98,0.95),edge=3)
    pins(10,40,(0,-2.5,3.8),70,1.4,elev=(30,80),seed=4)
    render_setup(w,h,spp,thr,exposure=2.25,view='Khronos PBR Neutral',look='None')
def build_hero(w,h,spp,thr=0.03):
    """16:9: the open box to the right of the centre, air on the left for words."""
    build_open(w,h,spp,thr); t=(-4.6,1.0,4.6)
    bpy.data.objects.remove(bpy.context.scene.camera); camera(orbit(t,58,26,0),t,80,22,(0,-1,3))
    bpy.context.scene.view_settings.exposure=2.3
