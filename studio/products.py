"""The pieces with the most geometry: Arc bangle, Halo ring, box, Festoon wallet. See `flat_pieces.py` for the others."""
from kit import *
# ------------------------------------------------------------------ ARC bangle
class ArcPath:
    def __init__(s,a=3.0,b=2.6,ov=30,g=0.36,ro=0.155,w=0.47,t=0.22,N=900):
        s.w,s.t=w,t
        ph=np.radians(np.linspace(-90-ov,270+ov,N)); s.ph=ph
        def sm(x): x=np.clip(x,0,1); return x*x*x*(x*(6*x-15)+10)
        o=math.radians(ov); d0=(ph-math.radians(-90-ov)); d1=(math.radians(270+ov)-ph)      # angle from each tip
        # start strand S (inner), end strand E (outer)
        z0=-g+2*g*sm(d0/(2*o)); z1=-g+2*g*sm(d1/(2*o)); z=np.where(d0<d1,z0,z1)
        back=np.cos((ph-math.pi/2)); z=z-2*g*sm((np.minimum(d0,d1)-2*o)/(math.pi-o))          # relax to -g at the back
        rad=np.where(d0<d1,-1,1)*ro*(1-sm((np.minimum(d0,d1)-o*1.2)/(1.6)))
        s.P=np.stack([(a+rad)*np.cos(ph),(b+rad)*np.sin(ph),z],1)
        T=np.gradient(s.P,axis=0); T/=np.linalg.norm(T,axis=1)[:,None]; s.T=T
        Z=np.array([0,0,1.0]); A=Z-T*(T@Z)[:,None]; A/=np.linalg.norm(A,axis=1)[:,None]; s.A=A
        R=np.cross(T,A); s.R=R
        ds=np.linalg.norm(np.diff(s.P,axis=0),axis=1); s.L=np.concatenate([[0],np.cumsum(ds)])
        tip=np.minimum(s.L,s.L[-1]-s.L); e=w*0.5; q=np.clip(tip/e,0,1); k=np.sqrt(np.clip(1-(1-q)**2,0.0004,1))
        s.sc=np.stack([0.35+0.65*k,k],1); s.sc[[0,-1],0]=0.3
    def at(s,l):
        f=lambda X:np.array([np.interp(l,s.L,X[:,i]) for i in range(3)])
        n=lambda v:v/np.linalg.norm(v)
        return f(s.P),n(f(s.R)),n(f(s.A)),n(f(s.T))
def arc_bangle(kind='yellow',stones=True,engrave=None,font=FONT_I,size=0.26,rough=0.06,disp=True,seg=900,M=72,n_st=11,sd=0.25,w=0.47,t=0.22):
    ap=ArcPath(N=seg,w=w,t=t); gold=metal(kind,rough); eng,nt,b=newmat('engraved'); base=METALS[kind][0]
    setp(b,Base_Color=tuple(0.42*x for x in base),Metallic=1.0,Roughness=0.30)
    o=sweep('arc_body',ap.P,ap.R,ap.A,dprofile(ap.w,ap.t,M=M),ap.sc,mat=[gold,eng],sharp=40)
    objs=[]; Lt=ap.L[-1]
    if stones:
        pos=[]; first=0.30; step=sd*1.06
        for i in range(n_st):
            r=sd/2
            for l in (first+i*step,Lt-first-i*step): pos.append((l,r))
        cuts=[]; me=brilliant_mesh(); me.materials.append(diamond(False)); bead=sphere_mesh(); bead.materials.append(gold)
        for l,r in pos:
            P,R,A,T=ap.at(l); c=P+R*(ap.t/2-0.018); cuts.append((c,R,r*0.93,0.5*ap.t+0.2,0.2))
            st=place(me,c+R*0.004,R,r,spin=hash(round(l,3))%7); objs.append(st)
        rs=sorted(set(round(l,5) for l,_ in pos)); 
        boolean(o,cylinders(cuts))
        for grp in (rs[:n_st],rs[n_st:]):
            edges=[grp[0]-step*0.5]+[(x+y)/2 for x,y in zip(grp,grp[1:])]+[grp[-1]+step*0.5]
            for l in edges:
                P,R,A,T=ap.at(l)
                for s in (-1,1):
                    bd=place(bead,P+R*(ap.t/2-0.012)+A*s*sd*0.33,R,0.028,name='bead'); bd.scale=(0.026,0.026,0.034); objs.append(bd)
    zone=None
    # engraving zone: inner surface around the back (phi=90deg)
    lm=np.interp(math.pi/2,ap.ph,ap.L)
    def inner(x,y,zr=0.0):
        P,R,A,T=ap.at(lm-x); return P-R*(ap.t/2-zr)+A*y
    zone=[[inner(x,y) for x in np.linspace(-1.35,1.35,25)] for y in (0.13,-0.13)]
    if engrave:
        # straight-walled cutter (a bevelled text cutter self-intersects and EXACT returns 3 vertices); the lip is rounded in the shader (Bevel node)
        me=text_mesh(engrave,size,font,extrude=0.03,tracking=1.10)
        for v in me.vertices: v.co=Vector(inner(v.co.x,v.co.y,0.020 if v.co.z<0 else -0.06))
        for m_ in (gold,eng):
            nt_=m_.node_tree; bs=nt_.nodes['Principled BSDF']; bv=nt_.nodes.new('ShaderNodeBevel'); bv.samples=6; bv.inputs['Radius'].default_value=0.0065
            bmp=next((n for n in nt_.nodes if n.type=='BUMP'),None)
            if bmp: nt_.links.new(bv.outputs['Normal'],bmp.inputs['Normal'])
            else: nt_.links.new(bv.outputs['Normal'],bs.inputs['Normal'])
        bm=bmesh.new(); bm.from_mesh(me); bmesh.ops.recalc_face_normals(bm,faces=bm.faces); bm.to_mesh(me); bm.free()
        me.materials.clear(); me.materials.append(gold); me.materials.append(eng)
        for p in me.polygons: p.material_index=1
        cut=bpy.data.objects.new('cut',me); bpy.context.collection.objects.link(cut); boolean(o,cut,solver='EXACT',sharp=35)
    e=group([o]+objs,'ARC'); zmin=-0.36-ap.w/2; e.location.z=-zmin
    return e,[o]+objs,ap,zone
# ------------------------------------------------------------------ HALO ring
def halo_ring(kind='white',rough=0.05,disp=True):
    g=metal(kind,rough,scale=0.4); N=360; ph=np.linspace(0,2*np.pi,N,endpoint=False); ri,t=0.83,0.16
    up=(1+np.sin(ph))/2; w=0.25-0.05*up; th=t*(1-0.1*up); rc=ri+th/2
    Rr=np.stack([np.cos(ph),0*ph,np.sin(ph)],1); P=Rr*rc[:,None]; A=np.tile([0,1.0,0],(N,1))
    prof=dprofile(1,1,n_out=2.6,n_in=4); o=sweep('band',P,Rr,A,prof,np.stack([th,w],1),closed=True,mat=g,sharp=40)
    me=brilliant_mesh(); me.materials.append(diamond(disp)); mm=brilliant_mesh(); mm.materials.append(diamond(False)); bead=sphere_mesh(); bead.materials.append(g); objs=[];cuts=[]
    sd=0.155; n=8; st=sd*1.05/(ri+t)
    for sgn in (-1,1):
        for i in range(n+1):
            a=math.pi/2+sgn*(0.47+i*st); d=np.array([math.cos(a),0,math.sin(a)]); rr=np.interp(a%(2*np.pi),ph,ri+th)
            a2=a-sgn*st/2; d2=np.array([math.cos(a2),0,math.sin(a2)])
            for s in (-1,1):
                b=place(bead,d2*(rr-0.008)+np.array([0,s*sd*0.36,0]),d2,0.02); b.scale=(0.019,0.019,0.026); objs.append(b)
            if i<n: cuts.append((d*(rr-0.012),d,sd*.465,.3,.2)); objs.append(place(mm,d*(rr-0.008),d,sd/2,spin=i*1.3))
    boolean(o,cylinders(cuts)); objs.append(o)
    R0=0.285; zg=1.30; objs.append(place(me,(0,0,zg),(0,0,1),R0,spin=0.2,name='centre'))
    # halo plate
    M=240; a=np.linspace(0,2*np.pi,M,endpoint=False); rh=0.375; er=np.stack([np.cos(a),np.sin(a),0*a],1); tilt=0.30
    Rn=er*math.sin(tilt)+np.array([0,0,math.cos(tilt)]); An=er*math.cos(tilt)-np.array([0,0,math.sin(tilt)])
    pl=sweep('halo',er*rh+np.array([0,0,zg-0.045]),Rn,An,dprofile(0.155,0.12,n_out=5,n_in=3,M=48),closed=True,mat=g,sharp=40)
    hn=15; hs=2*math.pi*rh/hn/1.04; cuts=[]
    for i in range(hn):
        t_=2*math.pi*(i+.5)/hn; e=np.array([math.cos(t_),math.sin(t_),0]); nn=e*math.sin(tilt)+np.array([0,0,math.cos(tilt)]); c=e*rh+np.array([0,0,zg-0.045])+nn*0.06
        cuts.append((c,nn,hs*.465,.3,.2)); objs.append(place(mm,c+nn*0.004,nn,hs/2,spin=i*.7))
        t2=2*math.pi*i/hn; e2=np.array([math.cos(t2),math.sin(t2),0]); n2=e2*math.sin(tilt)+np.array([0,0,math.cos(tilt)]); a2=e2*math.cos(tilt)-np.array([0,0,math.sin(tilt)])
        for s in (-1,1):
            b=place(bead,e2*rh+np.array([0,0,zg-0.045])+n2*0.062+a2*s*hs*.36,n2,0.02); b.scale=(0.019,0.019,0.028); objs.append(b)
    boolean(pl,cylinders(cuts)); objs.append(pl)
    for k in range(6):
        t_=math.pi/6+k*math.pi/3; e=np.array([math.cos(t_),math.sin(t_),0]); z=np.array([0,0,1.0])
        pts=[e*.08+z*0.97,e*.16+z*1.05,e*.255+z*1.17,e*.302+z*1.28,e*.302+z*1.335,e*.245+z*1.365]
        objs.append(tube(pts,[.036,.032,.029,.027,.026,.021],g,'prong',res=5)); objs.append(place(bead,pts[-1]+(pts[-1]-pts[-2])*0.02,z,0.0212))
        t3=t_+math.pi/6; e3=np.array([math.cos(t3),math.sin(t3),0]); objs.append(tube([e3*.14+z*1.02,e3*.24+z*1.11,e3*.34+z*1.20],[.026,.024,.022],g,'strut'))
    tor=sweep('under',er*0.165+np.array([0,0,1.07]),er,np.tile([0,0,1.0],(M,1)),dprofile(0.06,0.05,2,2,M=24),closed=True,mat=g); objs.append(tor)
    for x in objs: pass
    e=group(objs,'HALO'); return e,objs
# ------------------------------------------------------------------ BOX
HALF=(5.0,5.0)
def foil_text(txt,size,mat,z,tracking=1.5,font=FONT_R):
    me=text_mesh(txt,size,font,extrude=0.0015,tracking=tracking,res=8); me.materials.append(mat); o=bpy.data.objects.new('foil',me); bpy.context.collection.objects.link(o); o.location.z=z; me.shade_flat(); return o
def foil(col=(0.95,0.68,0.33)):
    m,nt,b=newmat('foil'); setp(b,Base_Color=col,Metallic=0.65,Roughness=0.34)
    N=nt.nodes;L=nt.links; tc=N.new('ShaderNodeTexCoord'); n=N.new('ShaderNodeTexNoise'); n.inputs['Scale'].default_value=14; n.inputs['Detail'].default_value=4
    bp=N.new('ShaderNodeBump'); bp.inputs['Distance'].default_value=0.006; L.new(tc.outputs['Object'],n.inputs['Vector']); L.new(n.outputs['Fac'],bp.inputs['Height']); L.new(bp.outputs['Normal'],b.inputs['Normal']); return m
def box(open_=False,lid_h=1.6,base_h=2.9,n=5.5):
    a,b=HALF; lac=lacquer(); gilt=metal('yellow',0.16); fo=foil(); objs={}
    base=superring(a,b,n,rounded(0,base_h,0.28,top=False),lac,name='base',cap_top=False)
    if open_:
        # rim wall + inner wall
        objs['rim']=superring(a,b,n,[(0,base_h),(0.0,base_h+0.0),(0.42,base_h),(0.42,base_h-1.4)],lac,name='rim',cap_top=False,cap_bot=False)
    g1=superring(a+0.015,b+0.015,n,rounded(base_h-0.02,base_h+0.09,0.03),gilt,name='gilt',cap_top=False,cap_bot=False)
    objs['base']=base; objs['gilt']=g1
    lid=superring(a,b,n,rounded(0,lid_h,0.55,bot=False,n=14)+[(1.2,lid_h+0.03),(2.4,lid_h+0.07),(3.6,lid_h+0.09)],lac,name='lid',cap_bot=not open_)
    ztop=lid_h+0.10
    L=[lid]
    t=foil_text(HOUSE,0.80,fo,ztop+0.003,1.3); t.location.x=1.75; t.location.y=-2.2; L.append(t)
    g2=superring(a+0.015,b+0.015,n,rounded(-0.09,0.02,0.03),gilt,name='gilt2',cap_top=False,cap_bot=False); L.append(g2)
    if open_:
        L.append(superring(a,b,n,[(0,0),(0.42,0),(0.42,lid_h-0.55)],lac,name='lidin',cap_top=False,cap_bot=False))
    e=group(L,'LID'); objs['lid']=e; e.location.z=base_h+0.19
    return objs,e,dict(base_h=base_h,lid_h=lid_h,ztop=base_h+0.19+ztop)

# ------------------------------------------------------------------ FESTOON chain wallet
def leaf_mesh(mat,L=1.0,W=0.34,H=0.16,nu=18,nv=9):
    V=[];F=[]
    for s in (1,-1):
        for i in range(nu):
            u=i/(nu-1); w=W*math.sin(math.pi*u**0.8)**0.9+0.002; curl=0.10*u*u
            for j in range(nv):
                v=j/(nv-1)*2-1; ridge=(1-abs(v)**1.5); z=(H*ridge*math.sin(math.pi*min(1,u*.95+.05))**0.6-0.05*math.exp(-(v/0.10)**2)*math.sin(math.pi*u)) if s>0 else 0.0
                V.append((u*L,v*w,z+curl*L if s>0 else curl*L))
    n=nu*nv
    for i in range(nu-1):
        for j in range(nv-1):
            a=i*nv+j; F.append((a,a+nv,a+nv+1,a+1)); F.append((n+a,n+a+1,n+a+nv+1,n+a+nv))
    o=meshobj('leaf',V,F,mat); fixnormals(o); me=o.data; me.shade_smooth(); bpy.data.objects.remove(o); return me
def link_mesh(mat,L=0.62,W=0.40,r=0.062,n=40,m=12):
    """stadium chain link"""
    s=(L-W)/2; P=[]
    for a in np.linspace(-math.pi/2,math.pi/2,n//2): P.append((s+(W/2)*math.cos(a),(W/2)*math.sin(a)))
    for a in np.linspace(math.pi/2,1.5*math.pi,n//2): P.append((-s+(W/2)*math.cos(a),(W/2)*math.sin(a)))
    P=np.array([(x,y,0) for x,y in P]); T=np.roll(P,-1,0)-np.roll(P,1,0); T/=np.linalg.norm(T,axis=1)[:,None]; R=np.stack([T[:,1],-T[:,0],0*T[:,0]],1); A=np.tile([0,0,1.0],(len(P),1))
    o=sweep('link',P,R,A,dprofile(2*r,2*r,2,2,M=m),closed=True,mat=mat); me=o.data; bpy.data.objects.remove(o); return me
def chain(path,mat,pitch=0.54):
    d=np.linalg.norm(np.diff(path,axis=0),axis=1); Ls=np.concatenate([[0],np.cumsum(d)]); me=link_mesh(mat,0.74,0.46,0.072); out=[]; i=0
    for l in np.arange(0.2,Ls[-1]-0.2,pitch):
        P=np.array([np.interp(l,Ls,path[:,k]) for k in range(3)]); Q=np.array([np.interp(l+.05,Ls,path[:,k]) for k in range(3)])-P; T=Vector(Q).normalized(); up=Vector((0,1,0.02)); N=(up-T*up.dot(T)).normalized(); B=N.cross(T)
        M=Matrix((T,B,N)).transposed().to_4x4(); o=bpy.data.objects.new('link',me); bpy.context.collection.objects.link(o); o.matrix_world=Matrix.Translation(P)@M@Matrix.Rotation(math.radians(45 if i%2 else -45),4,'X'); out.append(o); i+=1
    return out
def festoon(leather_col=(0.115,0.0058,0.0095),W=9.6,H=11.8,D=1.55):
    lea=leather(leather_col,grain=5.2,depth=0.035); edgep=plain('edgepaint',tuple(c*.55 for c in leather_col),0.4,0.5); g=metal('yellow',0.09,scale=1.5); thr=plain('thread',(0.34,0.045,0.04),0.55,0.4); ob=[]
    # body: soft pillow, superellipse in XZ extruded along Y with bulge
    M=200; th=np.linspace(0,2*np.pi,M,endpoint=False); c,s=np.cos(th),np.sin(th); n=np.where(s>0,34.0,9.0); X=np.sign(c)*np.abs(c)**(2/n)*W; Z=np.sign(s)*np.abs(s)**(2/n)*H/2+H/2; V=[];F=[]
    prof=[(0.965,-D),(0.985,-D*.985),(0.996,-D*.90),(1.0,-D*.55),(0.988,-D*.22),(0.988,D*.22),(1.0,D*.55),(0.996,D*.90),(0.985,D*.985),(0.965,D)]
    def bulge(x,z): return 0.45*max(0,(1-(x/W)**2))*max(0,(1-((z-H/2)/(H/2))**2))
    rings=[(k*.965/14,-D) for k in range(1,14)]+prof+[(k*.965/14,D) for k in range(13,0,-1)]
    for k,y in rings:
        for x,z in zip(X,Z): 
            xx,zz=x*k,(z-H/2)*(1-(1-k)*W/(H/2)*1.0 if k>0.96 else k*(1-(0.035)*W/(H/2))/0.965)+H/2; V.append((xx,y+math.copysign(bulge(xx,zz),y),zz))
    for i in range(len(rings)-1):
        for k in range(M): l=(k+1)%M; F.append((i*M+k,i*M+l,(i+1)*M+l,(i+1)*M+k))
    F.append(tuple(range(M-1,-1,-1))); F.append(tuple(range((len(rings)-1)*M,len(rings)*M)))
    b=meshobj('body',V,F,lea); fixnormals(b); b.data.shade_smooth(); ob.append(b)
    # flap: over the back-top edge, across the top, down the front; lower edge = a single shallow swag
    NU,NV=121,90; Wf=W*0.985; drop=lambda u:5.2+2.1*(1-abs(u)**2.4)
    def fpos(u,v):
        x=u*Wf; R=0.55; yb=D+0.10; top=H+0.12; Lf=drop(u); segs=[('b',0.02),('a',R*math.pi/2),('t',2*(yb-R)),('a2',R*math.pi/2),('f',Lf)]; tot=sum(l for _,l in segs); d=v*tot
        if d<0.02: return (x,yb,top-R-(0.02-d))
        d-=0.02
        if d<R*math.pi/2: a=d/R; return (x,yb-R*(1-math.cos(a)),top-R+R*math.sin(a))
        d-=R*math.pi/2
        if d<2*(yb-R): return (x,yb-R-d,top)
        d-=2*(yb-R)
        if d<R*math.pi/2: a=d/R; return (x,-yb+R-R*math.sin(a),top-R+R*math.cos(a))
        d-=R*math.pi/2; z=top-R-d; return (x,-yb-bulge(x,z)*1.05-0.02,z)
    us=np.linspace(-1,1,NU); vs=np.linspace(0,1,NV); V=[fpos(u,v) for u in us for v in vs]; F=[(i*NV+j,(i+1)*NV+j,(i+1)*NV+j+1,i*NV+j+1) for i in range(NU-1) for j in range(NV-1)]
    f=meshobj('flap',V,F,[lea,edgep]); so=f.modifiers.new('s','SOLIDIFY'); so.thickness=0.17; so.offset=1; so.material_offset_rim=1; bv=f.modifiers.new('b','BEVEL'); bv.width=0.05; bv.segments=3; bv.limit_method='ANGLE'; bv.angle_limit=math.radians(50); ob.append(f)
    # check outward normal
    nrm=f.data.polygons[(NU//2)*(NV-1)+NV-6].normal
    if nrm.y>0: so.offset=-1; 
    yoff=-0.17
    # stitches along the flap's edge
    me=bpy.data.meshes.new('st'); bm=bmesh.new(); bmesh.ops.create_uvsphere(bm,u_segments=10,v_segments=8,radius=1); bm.to_mesh(me); bm.free(); me.shade_smooth(); me.materials.append(thr)
    path=[np.array(fpos(-0.965,v)) for v in np.linspace(.46,0.955,160)]+[np.array(fpos(u,1-0.36/(drop(u)+3.94)))for u in np.linspace(-.965,.965,300)]+[np.array(fpos(0.965,v)) for v in np.linspace(.955,.46,160)]
    path=np.array(path); d=np.linalg.norm(np.diff(path,axis=0),axis=1); Ls=np.concatenate([[0],np.cumsum(d)])
    for l in np.arange(0.1,Ls[-1],0.30):
        P=np.array([np.interp(l,Ls,path[:,k]) for k in range(3)]); Q=np.array([np.interp(l+.06,Ls,path[:,k]) for k in range(3)])-P
        o=bpy.data.objects.new('stitch',me); bpy.context.collection.objects.link(o); T=Vector(Q).normalized(); N=Vector((0,-1,0)) if abs(P[1]+D)<1.1 and P[2]<H-.4 else Vector((0,-.2,1)); N=(N-T*N.dot(T)).normalized(); B=N.cross(T)
        o.matrix_world=Matrix.Translation(Vector(P)+N*0.20)@Matrix((T,B,N)).transposed().to_4x4()@Matrix.Diagonal((0.105,0.040,0.040,1)); ob.append(o)
    # garland clasp
    zc=H+0.12-0.55-drop(0)+1.75; yf=fpos(0,0.97)[1]-0.19; lf=leaf_mesh(g); bead=sphere_mesh(28); bead.materials.append(g); dm=brilliant_mesh(); dm.materials.append(diamond(False))
    span=3.5; sag=1.25; cl=[]
    def sw(t): x=span*t; return np.array([x,yf-0.10,zc+1.15-sag*(1-t*t)])
    nl=8
    for sgn in (-1,1):
        for i in range(nl):
            t=sgn*(0.21+0.69*(i/(nl-1))); P=sw(t); T=sw(t-0.02*sgn)-P; ang=math.atan2(T[2],T[0]); sz=0.95-0.40*abs(t)
            for k in (-1,1):
                o=bpy.data.objects.new('leaf',lf); bpy.context.collection.objects.link(o); a=ang+k*math.radians(34)
                o.matrix_world=Matrix.Translation(P)@Matrix.Rotation(-a,4,'Y')@Matrix.Rotation(math.radians(90),4,'X')@Matrix.Scale(sz,4); cl.append(o)
            o=bpy.data.objects.new('berry',bead); bpy.context.collection.objects.link(o); o.location=Vector(P)+Vector((0,-0.10,0)); o.scale=(0.105,)*3; cl.append(o)
    a_=np.linspace(0,2*np.pi,64,endpoint=False); er=np.stack([np.cos(a_),0*a_,np.sin(a_)],1); back=metal('white',0.12)
    def bezel(P,r):
        P=np.array(P,float); cl.append(sweep('bezel',P+er*(r+0.03),er,np.tile([0,-1.0,0],(64,1)),dprofile(0.11,0.20,3,3,M=24),closed=True,mat=g))
        o=bpy.data.objects.new('cup',bead2); bpy.context.collection.objects.link(o); o.location=P+np.array([0,0.95*r,0]); o.scale=(r*1.02,0.05,r*1.02); cl.append(o)
        cl.append(place(dm,P+np.array([0,-0.07,0]),(0,-1,0),r))
    bead2=sphere_mesh(28); bead2.materials.append(back)
    for sgn in (-1,1):   # end rosettes: bezel-set stone, ring of grains, and a short hanging tail
        P=sw(sgn*1.0)+np.array([0,-0.16,0.10]); bezel(P,0.21)
        for k in range(12):
            a=2*math.pi*k/12; o=bpy.data.objects.new('bead',bead); bpy.context.collection.objects.link(o); o.location=Vector(P)+Vector((0.385*math.cos(a),0.06,0.385*math.sin(a))); o.scale=(0.088,)*3; cl.append(o)
        zz=P[2]-0.52
        for k,r in enumerate((0.085,0.10,0.115,0.13,0.145)):
            o=bpy.data.objects.new('bead',bead); bpy.context.collection.objects.link(o); o.location=(P[0]+sgn*0.02*k,P[1]+0.05,zz-r); o.scale=(r,)*3; cl.append(o); zz-=2*r*0.96
        o=bpy.data.objects.new('leaf',lf); bpy.context.collection.objects.link(o); o.matrix_world=Matrix.Translation((P[0]+sgn*0.1,P[1]+0.10,zz+0.03))@Matrix.Rotation(math.radians(90),4,'Y')@Matrix.Rotation(math.radians(90),4,'X')@Matrix.Scale(0.62,4); cl.append(o)
    P=sw(0)+np.array([0,-0.34,0.0]); bezel(P,0.34)
    for k in range(18):
        a=2*math.pi*k/18; o=bpy.data.objects.new('bead',bead); bpy.context.collection.objects.link(o); o.location=Vector(P)+Vector((0.525*math.cos(a),0.06,0.525*math.sin(a))); o.scale=(0.085,)*3; cl.append(o)
    ob+=cl
    # chain: side rings and arch
    top=H+0.1
    # from the right eyelet down the side, then in a loose curve over the ground in front; it rests, nothing stands unaided
    knots=np.array([(W-0.2,0,top+0.2),(W+0.35,-0.1,top-1.2),(W+0.5,-0.3,6.5),(W+0.55,-0.6,1.6),(W+0.4,-1.4,0.35),(W-1.2,-3.6,0.26),(W-5.2,-5.2,0.26),(W-9.6,-4.6,0.26),(W-13.4,-5.6,0.26),(W-17.2,-4.4,0.26),(-W-0.9,-1.6,0.26),(-W-0.7,0.9,0.26)])
    tt=np.linspace(0,1,len(knots)); fine=np.linspace(0,1,900); path=np.stack([np.interp(fine,tt,knots[:,k]) for k in range(3)],1)
    for _ in range(60): path[1:-1]=(path[:-2]+2*path[1:-1]+path[2:])/4
    ob+=chain(np.array(path),g)
    for sgn in (-1,1):
        o=bpy.data.objects.new('eyelet',link_mesh(g,0.62,0.62,0.075)); bpy.context.collection.objects.link(o); o.matrix_world=Matrix.Translation((sgn*(W-0.55),-0.0,top+0.1))@Matrix.Rotation(math.pi/2,4,'X'); ob.append(o)
    return group(ob,'FESTOON'),ob
