"""The studio's kit: scene, materials, lights, mesh helpers. 1 Blender unit = 1 cm (cameras: fstop = real N / 100)."""
import bpy, bmesh, math, time, json, os
HERE=os.path.dirname(os.path.abspath(__file__))
import numpy as np
from mathutils import Vector, Matrix
from bpy_extras.object_utils import world_to_camera_view
FONT_R=os.path.join(HERE,'..','services','foundation','faces','cormorant.ttf')  # the house's own face, open licence
FONT_I=FONT_R
HOUSE='ARCENNE'

# ---------------------------------------------------------------- scene
def reset():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    s=bpy.context.scene
    w=bpy.data.worlds.new('W'); s.world=w
    return s

def world(c=(0.05,0.048,0.045),strength=1.0):
    w=bpy.context.scene.world
    try: w.use_nodes=True
    except Exception: pass
    bg=next(n for n in w.node_tree.nodes if n.type=='BACKGROUND')
    bg.inputs[0].default_value=(*c,1); bg.inputs[1].default_value=strength

def render_setup(w=480,h=600,spp=48,thr=0.03,view='AgX',look='AgX - Medium High Contrast',exposure=0.0,bounces=(10,3,8,16),clamp=8):
    s=bpy.context.scene; s.render.engine='CYCLES'; c=s.cycles
    c.device='CPU'; s.render.threads_mode='FIXED'; s.render.threads=2
    s.render.resolution_x=w; s.render.resolution_y=h; s.render.resolution_percentage=100
    c.samples=spp; c.use_adaptive_sampling=True; c.adaptive_threshold=thr; c.adaptive_min_samples=max(8,spp//6)
    c.use_denoising=True; c.denoiser='OPENIMAGEDENOISE'
    c.denoising_input_passes='RGB_ALBEDO_NORMAL'; c.denoising_prefilter='ACCURATE'; c.denoising_quality='HIGH'
    c.max_bounces,c.diffuse_bounces,c.glossy_bounces,c.transmission_bounces=max(bounces),bounces[1],bounces[2],bounces[3]
    c.caustics_reflective=False; c.caustics_refractive=False
    c.sample_clamp_indirect=clamp; c.sample_clamp_direct=0; c.blur_glossy=0.3
    c.use_light_tree=True
    s.render.use_persistent_data=True
    v=s.view_settings; v.view_transform=view
    try: v.look=look
    except Exception as e: print('look',e); 
    v.exposure=exposure
    s.render.film_transparent=False

def render(name,folder='test',q=90):
    s=bpy.context.scene; base=f'{folder}/{name}'
    im=s.render.image_settings
    try: im.media_type='IMAGE'
    except Exception: pass
    im.file_format='OPEN_EXR'; im.color_depth='16'; im.exr_codec='DWAA'
    s.render.filepath=base+'.exr'
    t=time.time(); bpy.ops.render.render(write_still=True); dt=time.time()-t
    regrade(name,folder,q)
    import resource
    print(f'RENDER {name} {s.render.resolution_x}x{s.render.resolution_y} spp{s.cycles.samples}: {dt:.1f}s  maxrss {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024:.0f}MB',flush=True)
    return dt

def regrade(name,folder='test',q=90):
    """EXR -> PNG through the scene's view transform (no re-render)."""
    s=bpy.context.scene; base=f'{folder}/{name}'
    im=s.render.image_settings; im.file_format='PNG'; im.color_depth='8'; im.color_mode='RGB'
    img=bpy.data.images.load(base+'.exr'); img.save_render(base+'.png',scene=s); bpy.data.images.remove(img)

def camera(loc,target,focal=100,fstop=None,focus=None):
    c=bpy.data.cameras.new('Cam'); o=bpy.data.objects.new('Cam',c); bpy.context.collection.objects.link(o)
    o.location=loc; d=Vector(target)-Vector(loc); o.rotation_euler=d.to_track_quat('-Z','Y').to_euler()
    c.lens=focal; c.sensor_width=36; c.sensor_fit='AUTO'; c.clip_start=0.1; c.clip_end=1000
    if fstop:
        c.dof.use_dof=True; c.dof.aperture_fstop=fstop/100.0; c.dof.aperture_blades=9
        f=Vector(focus or target); fwd=d.normalized(); c.dof.focus_distance=(f-Vector(loc)).dot(fwd)
    bpy.context.scene.camera=o; bpy.context.view_layer.update(); return o

def orbit(target,dist,elev,azim):
    e,a=math.radians(elev),math.radians(azim)
    return (target[0]+dist*math.cos(e)*math.sin(a), target[1]-dist*math.cos(e)*math.cos(a), target[2]+dist*math.sin(e))

# ---------------------------------------------------------------- materials
def newmat(name):
    m=bpy.data.materials.new(name)
    try: m.use_nodes=True
    except Exception: pass
    nt=m.node_tree; b=next(n for n in nt.nodes if n.type=='BSDF_PRINCIPLED')
    return m,nt,b
def setp(b,**k):
    for n,v in k.items():
        b.inputs[n.replace('_',' ')].default_value=v if not isinstance(v,tuple) else (*v,1)
METALS={ 'yellow':((0.93,0.68,0.355),(1.0,0.93,0.78)), 'rose':((0.905,0.56,0.395),(1.0,0.90,0.83)),
         'white':((0.74,0.715,0.675),(0.97,0.97,0.97)), 'platinum':((0.68,0.665,0.645),(0.96,0.97,0.98)) }
def metal(kind='yellow',rough=0.07,brushed=0.0,scratch=0.006,scale=1.0):
    m,nt,b=newmat('metal_'+kind); base,edge=METALS[kind]
    setp(b,Base_Color=base,Metallic=1.0,Roughness=rough,Specular_Tint=edge)
    N=nt.nodes; L=nt.links
    tc=N.new('ShaderNodeTexCoord'); n1=N.new('ShaderNodeTexNoise'); n1.inputs['Scale'].default_value=1.1/scale; n1.inputs['Detail'].default_value=3
    mr=N.new('ShaderNodeMapRange'); mr.inputs['To Min'].default_value=rough*0.7; mr.inputs['To Max'].default_value=rough*1.5
    L.new(tc.outputs['Object'],n1.inputs['Vector']); L.new(n1.outputs['Fac'],mr.inputs['Value']); L.new(mr.outputs['Result'],b.inputs['Roughness'])
    # hand-polish waviness: very low amplitude, long wavelength
    n2=N.new('ShaderNodeTexNoise'); n2.inputs['Scale'].default_value=5/scale; n2.inputs['Detail'].default_value=2
    bp=N.new('ShaderNodeBump'); bp.inputs['Strength'].default_value=1.0; bp.inputs['Distance'].default_value=scratch*scale*0.12
    L.new(tc.outputs['Object'],n2.inputs['Vector']); L.new(n2.outputs['Fac'],bp.inputs['Height']); L.new(bp.outputs['Normal'],b.inputs['Normal'])
    return m
def diamond(disp=True,tint=(1,1,1)):
    m=bpy.data.materials.new('diamond')
    try: m.use_nodes=True
    except Exception: pass
    nt=m.node_tree; nt.nodes.clear(); N=nt.nodes; L=nt.links
    out=N.new('ShaderNodeOutputMaterial')
    if not disp:
        g=N.new('ShaderNodeBsdfGlass'); g.inputs['IOR'].default_value=2.417; g.inputs['Roughness'].default_value=0; g.inputs['Color'].default_value=(*tint,1); L.new(g.outputs[0],out.inputs[0]); return m
    prev=None
    for col,ior in (((1,0,0),2.402),((0,1,0),2.419),((0,0,1),2.446)):
        g=N.new('ShaderNodeBsdfGlass'); g.inputs['IOR'].default_value=ior; g.inputs['Roughness'].default_value=0
        g.inputs['Color'].default_value=(*[a*b for a,b in zip(col,tint)],1)
        if prev is None: prev=g
        else:
            a=N.new('ShaderNodeAddShader'); L.new(prev.outputs[0],a.inputs[0]); L.new(g.outputs[0],a.inputs[1]); prev=a
    g=N.new('ShaderNodeBsdfGlass'); g.inputs['IOR'].default_value=2.417; g.inputs['Roughness'].default_value=0; g.inputs['Color'].default_value=(*tint,1)
    mx=N.new('ShaderNodeMixShader'); mx.inputs[0].default_value=0.22; L.new(g.outputs[0],mx.inputs[1]); L.new(prev.outputs[0],mx.inputs[2]); L.new(mx.outputs[0],out.inputs[0]); return m
def lacquer(col=(0.24,0.0075,0.008)):
    m,nt,b=newmat('lacquer'); setp(b,Base_Color=col,Roughness=0.5,Specular_IOR_Level=0.08,Coat_Weight=1.0,Coat_Roughness=0.03,Coat_IOR=1.48,IOR=1.5)
    N=nt.nodes;L=nt.links; tc=N.new('ShaderNodeTexCoord'); n=N.new('ShaderNodeTexNoise'); n.inputs['Scale'].default_value=0.9; n.inputs['Detail'].default_value=2
    bp=N.new('ShaderNodeBump'); bp.inputs['Distance'].default_value=0.004; L.new(tc.outputs['Object'],n.inputs['Vector']); L.new(n.outputs['Fac'],bp.inputs['Height']); L.new(bp.outputs['Normal'],b.inputs['Coat Normal'])
    return m
def leather(col=(0.085,0.006,0.010),grain=11.0,depth=0.018,rough=0.42):
    m,nt,b=newmat('leather'); setp(b,Base_Color=col,Roughness=rough,Sheen_Weight=0.12,Sheen_Roughness=0.4,Coat_Weight=0.25,Coat_Roughness=0.25)
    N=nt.nodes;L=nt.links; tc=N.new('ShaderNodeTexCoord')
    nz=N.new('ShaderNodeTexNoise'); nz.inputs['Scale'].default_value=3.0; nz.inputs['Detail'].default_value=2
    mx=N.new('ShaderNodeVectorMath'); mx.operation='MULTIPLY_ADD'; mx.inputs[1].default_value=(0.12,0.12,0.12)
    L.new(tc.outputs['Object'],nz.inputs['Vector']); L.new(nz.outputs['Color'],mx.inputs[0]); L.new(tc.outputs['Object'],mx.inputs[2])
    v=N.new('ShaderNodeTexVoronoi'); v.feature='SMOOTH_F1'; v.inputs['Scale'].default_value=grain; v.inputs['Smoothness'].default_value=0.35; L.new(mx.outputs[0],v.inputs['Vector'])
    f=N.new('ShaderNodeTexNoise'); f.inputs['Scale'].default_value=grain*5; L.new(tc.outputs['Object'],f.inputs['Vector'])
    inv=N.new('ShaderNodeMath'); inv.operation='MULTIPLY_ADD'; inv.inputs[1].default_value=-1.0; L.new(v.outputs['Distance'],inv.inputs[0])
    fm=N.new('ShaderNodeMath'); fm.operation='MULTIPLY'; fm.inputs[1].default_value=0.18; L.new(f.outputs['Fac'],fm.inputs[0]); L.new(fm.outputs[0],inv.inputs[2])
    bp=N.new('ShaderNodeBump'); bp.inputs['Strength'].default_value=0.75; bp.inputs['Distance'].default_value=depth; L.new(inv.outputs[0],bp.inputs['Height']); L.new(bp.outputs['Normal'],b.inputs['Normal']); L.new(bp.outputs['Normal'],b.inputs['Coat Normal'])
    return m
def velvet(col=(0.17,0.010,0.016),sheen=(0.95,0.30,0.28),sw=0.85):
    m,nt,b=newmat('velvet'); setp(b,Base_Color=col,Roughness=0.95,Specular_IOR_Level=0.1,Sheen_Weight=sw,Sheen_Roughness=0.35,Sheen_Tint=sheen)
    N=nt.nodes;L=nt.links; tc=N.new('ShaderNodeTexCoord'); n=N.new('ShaderNodeTexNoise'); n.inputs['Scale'].default_value=55; n.inputs['Detail'].default_value=2
    n2=N.new('ShaderNodeTexNoise'); n2.inputs['Scale'].default_value=1.2; n2.inputs['Detail'].default_value=4
    ad=N.new('ShaderNodeMath'); ad.operation='MULTIPLY_ADD'; ad.inputs[1].default_value=6.0; L.new(n2.outputs['Fac'],ad.inputs[0]); L.new(n.outputs['Fac'],ad.inputs[2])
    bp=N.new('ShaderNodeBump'); bp.inputs['Distance'].default_value=0.02; bp.inputs['Strength'].default_value=0.8
    L.new(tc.outputs['Object'],n.inputs['Vector']);L.new(tc.outputs['Object'],n2.inputs['Vector']); L.new(ad.outputs[0],bp.inputs['Height']); L.new(bp.outputs['Normal'],b.inputs['Normal'])
    return m
def satin(col=(0.50,0.40,0.285)):
    m,nt,b=newmat('satin'); setp(b,Base_Color=col,Roughness=0.20,Sheen_Weight=0.05,Sheen_Roughness=0.3,Anisotropic=0.8,Specular_IOR_Level=1.0,Specular_Tint=(1.0,0.93,0.80))
    N=nt.nodes;L=nt.links; tc=N.new('ShaderNodeTexCoord'); mp=N.new('ShaderNodeMapping'); mp.inputs['Scale'].default_value=(260,6,1)
    n=N.new('ShaderNodeTexNoise'); n.inputs['Scale'].default_value=1; n.inputs['Detail'].default_value=1
    bp=N.new('ShaderNodeBump'); bp.inputs['Distance'].default_value=0.004; bp.inputs['Strength'].default_value=0.5
    L.new(tc.outputs['UV'],mp.inputs['Vector']);L.new(mp.outputs[0],n.inputs['Vector']);L.new(n.outputs['Fac'],bp.inputs['Height']);L.new(bp.outputs['Normal'],b.inputs['Normal'])
    tg=N.new('ShaderNodeTangent'); tg.direction_type='UV_MAP'; L.new(tg.outputs[0],b.inputs['Tangent'])
    return m
def plain(name,col,rough=0.6,spec=0.3,coat=0):
    m,nt,b=newmat(name); setp(b,Base_Color=col,Roughness=rough,Specular_IOR_Level=spec,Coat_Weight=coat); return m

# ---------------------------------------------------------------- lights
def softbox(loc,target,w,h,strength,color=(1,1,1),edge=6.0,lin=None,diffuse=True,name='softbox',round_=False):
    """Emissive plane. edge: falloff exponent at borders (high = hard edge). lin=(a,b): gradient bottom->top multiplier."""
    me=bpy.data.meshes.new(name); me.from_pydata([(-w/2,-h/2,0),(w/2,-h/2,0),(w/2,h/2,0),(-w/2,h/2,0)],[],[(0,1,2,3)])
    uv=me.uv_layers.new(); 
    for i,c in enumerate([(0,0),(1,0),(1,1),(0,1)]): uv.data[i].uv=c
    o=bpy.data.objects.new(name,me); bpy.context.collection.objects.link(o); o.location=loc
    o.rotation_euler=(Vector(loc)-Vector(target)).to_track_quat('Z','Y').to_euler()
    m=bpy.data.materials.new(name)
    try: m.use_nodes=True
    except Exception: pass
    nt=m.node_tree; nt.nodes.clear(); N=nt.nodes; L=nt.links
    out=N.new('ShaderNodeOutputMaterial'); em=N.new('ShaderNodeEmission'); em.inputs[0].default_value=(*color,1); 
    if edge or lin:
        uvn=N.new('ShaderNodeTexCoord'); sp=N.new('ShaderNodeSeparateXYZ'); L.new(uvn.outputs['UV'],sp.inputs[0])
        def M(op,a,b=None):
            n=N.new('ShaderNodeMath'); n.operation=op
            for i,x in enumerate((a,b)):
                if x is None: continue
                if isinstance(x,(int,float)): n.inputs[i].default_value=x
                else: L.new(x,n.inputs[i])
            return n.outputs[0]
        val=None
        if edge:
            fs=[M('SUBTRACT',1.0,M('POWER',M('ABSOLUTE',M('SUBTRACT',M('MULTIPLY',sp.outputs[k],2.0),1.0)),edge)) for k in (0,1)]
            val=M('MULTIPLY',fs[0],fs[1])
        if lin:
            g=M('ADD',M('MULTIPLY',sp.outputs[1],lin[1]-lin[0]),lin[0]); val=g if val is None else M('MULTIPLY',val,g)
        L.new(M('MULTIPLY',val,strength),em.inputs[1])
    else: em.inputs[1].default_value=strength
    # emit only from the front, back is black
    geo=N.new('ShaderNodeNewGeometry'); mix=N.new('ShaderNodeMixShader'); blk=N.new('ShaderNodeEmission'); blk.inputs[1].default_value=0
    L.new(geo.outputs['Backfacing'],mix.inputs[0]); L.new(em.outputs[0],mix.inputs[1]); L.new(blk.outputs[0],mix.inputs[2]); L.new(mix.outputs[0],out.inputs[0])
    try: m.cycles.emission_sampling='FRONT'
    except Exception: pass
    me.materials.append(m); o.visible_camera=False; o.visible_shadow=False; o.visible_diffuse=diffuse
    return o
def flag(loc,target,w,h,v=0.0):
    """black flag: seen only in reflections/refractions"""
    o=softbox(loc,target,w,h,v,edge=0,name='flag'); o.visible_diffuse=False; o.visible_shadow=False
    # two-sided
    return o
def pins(n,r,center,strength,size=1.2,elev=(25,80),seed=1,color=(1,1,1)):
    """pin-lights for diamond scintillation: invisible to diffuse"""
    rng=np.random.default_rng(seed)
    for i in range(n):
        a=360*i/n+rng.uniform(-14,14); e=rng.uniform(*elev); p=orbit(center,r,e,a); s=size*rng.uniform(.6,1.4)
        softbox(p,center,s,s,strength*rng.uniform(.6,1.3),color,edge=0,diffuse=False,name='pin')
def sweep_ground(mat,front=-60,back=32,width=160,rad=22,height=120,z=0):
    pts=[(front,z)]+[(back*t,z) for t in (0,.5)]+[(back+rad*math.sin(a),z+rad*(1-math.cos(a))) for a in np.linspace(0,math.pi/2,24)]+[(back+rad,z+height)]
    V=[];F=[]
    for y,zz in pts: V+= [(-width/2,y,zz),(width/2,y,zz)]
    for i in range(len(pts)-1): F.append((2*i,2*i+1,2*i+3,2*i+2))
    return meshobj('ground',V,F,mat,smooth=True)

# ---------------------------------------------------------------- geometry
def meshobj(name,V,F,mat=None,smooth=True,sharp=None):
    me=bpy.data.meshes.new(name); me.from_pydata([tuple(v) for v in V],[],F); me.validate(); me.update()
    o=bpy.data.objects.new(name,me); bpy.context.collection.objects.link(o)
    if mat: 
        for m in (mat if isinstance(mat,(list,tuple)) else [mat]): me.materials.append(m)
    if smooth: me.shade_smooth()
    if sharp: me.set_sharp_from_angle(angle=math.radians(sharp))
    return o
def fixnormals(o):
    bm=bmesh.new(); bm.from_mesh(o.data); bmesh.ops.remove_doubles(bm,verts=bm.verts,dist=1e-5); bmesh.ops.recalc_face_normals(bm,faces=bm.faces); bm.to_mesh(o.data); bm.free()
def dprofile(w,t,n_out=2.4,n_in=7,M=72,nw=None):
    th=np.linspace(0,2*np.pi,M,endpoint=False); c,s=np.cos(th),np.sin(th)
    n=np.where(s>=0,n_out,n_in); a=w/2*np.sign(c)*np.abs(c)**(2/n); r=t/2*np.sign(s)*np.abs(s)**(2/n)
    return np.stack([r,a],1)
def sweep(name,P,R,A,prof,sc=None,closed=False,mat=None,sharp=None):
    N=len(P); M=len(prof); 
    if sc is None: sc=np.ones((N,2))
    V=(P[:,None,:]+R[:,None,:]*(prof[None,:,0]*sc[:,0:1])[:,:,None]+A[:,None,:]*(prof[None,:,1]*sc[:,1:2])[:,:,None]).reshape(-1,3)
    F=[]; 
    for i in range(N if closed else N-1):
        j=(i+1)%N
        for k in range(M):
            l=(k+1)%M; F.append((i*M+k,j*M+k,j*M+l,i*M+l))
    if not closed: F.append(tuple(range(M))); F.append(tuple(range((N-1)*M+M-1,(N-1)*M-1,-1)))
    o=meshobj(name,V,F,mat); fixnormals(o); o.data.shade_smooth()
    if sharp: o.data.set_sharp_from_angle(angle=math.radians(sharp))
    return o
def boolean(o,cutter,solver='MANIFOLD',sharp=35,remove=True):
    md=o.modifiers.new('b','BOOLEAN'); md.operation='DIFFERENCE'; md.object=cutter
    try: md.solver=solver
    except Exception: md.solver='EXACT'
    dg=bpy.context.evaluated_depsgraph_get(); n0=len(o.data.vertices)
    me=bpy.data.meshes.new_from_object(o.evaluated_get(dg)); 
    if len(me.vertices)<=n0*0.5 and solver!='EXACT':
        bpy.data.meshes.remove(me); o.modifiers.remove(md); return boolean(o,cutter,'EXACT',sharp,remove)
    if len(me.vertices)<n0*0.5: raise RuntimeError('boolean failed')
    o.modifiers.clear(); o.data=me; me.shade_smooth(); me.set_sharp_from_angle(angle=math.radians(sharp))
    if remove: bpy.data.objects.remove(cutter)
    print('boolean',solver,n0,'->',len(me.vertices),flush=True); return o
def cylinders(list_,seg=28,name='cut'):
    """list of (center, axis, radius, depth_below, height_above)"""
    V=[];F=[]
    for c,ax,r,d,h in list_:
        q=Vector(ax).to_track_quat('Z','Y').to_matrix(); b=len(V)
        for z in (-d,h):
            for k in range(seg):
                a=2*math.pi*k/seg; V.append(Vector(c)+q@Vector((r*math.cos(a),r*math.sin(a),z)))
        F.append(tuple(range(b+seg-1,b-1,-1))); F.append(tuple(range(b+seg,b+2*seg)))
        for k in range(seg):
            l=(k+1)%seg; F.append((b+k,b+l,b+seg+l,b+seg+k))
    o=meshobj(name,V,F,smooth=False); return o
def brilliant_mesh(table=0.55,crown=34.5,pav=40.75,girdle=0.035,star=0.5,lower=0.77):
    """57-facet round brilliant, girdle radius 1, z=0 at mid girdle."""
    tc,tp=math.tan(math.radians(crown)),math.tan(math.radians(pav)); c22=math.cos(math.pi/8); g=girdle
    V=[];idx={}
    def add(k,r,a,z): idx[k]=len(V); V.append((r*math.cos(a),r*math.sin(a),z))
    rs=(table*c22+star*(1-table*c22)); rl=(1-lower)
    for k in range(8):
        a=k*math.pi/4; b=a+math.pi/8
        add(('t',k),table,a,g+(1-table)*tc); add(('s',k),rs,b,g+(1-rs*c22)*tc)
        add(('gu',2*k),1,a,g); add(('gu',2*k+1),1,b,g); add(('gl',2*k),1,a,-g); add(('gl',2*k+1),1,b,-g)
        add(('l',k),rl,b,-g-(1-rl*c22)*tp)
    V.append((0,0,-g-tp)); cu=len(V)-1; F=[]
    I=lambda a,k:idx[(a,k%(16 if a[0]=='g' else 8))]
    F.append([I('t',k) for k in range(8)])
    for k in range(8):
        F.append([I('t',k),I('s',k),I('t',k+1)]); F.append([I('t',k),I('s',k-1),I('gu',2*k),I('s',k)])
        F.append([I('s',k),I('gu',2*k),I('gu',2*k+1)]); F.append([I('s',k),I('gu',2*k+1),I('gu',2*k+2)])
        F.append([I('l',k),I('gl',2*k+1),I('gl',2*k)]); F.append([I('l',k),I('gl',2*k+2),I('gl',2*k+1)])
        F.append([cu,I('l',k),I('gl',2*k),I('l',k-1)])
    for k in range(16): F.append([I('gu',k),I('gl',k),I('gl',k+1),I('gu',k+1)])
    me=bpy.data.meshes.new('brilliant'); me.from_pydata(V,[],F); me.validate()
    bm=bmesh.new(); bm.from_mesh(me); bmesh.ops.recalc_face_normals(bm,faces=bm.faces); bm.to_mesh(me); bm.free()
    me.shade_flat(); return me
def place(me,c,ax,r,spin=0,name='stone',twist=None):
    o=bpy.data.objects.new(name,me); bpy.context.collection.objects.link(o)
    M=Vector(ax).to_track_quat('Z','Y').to_matrix().to_4x4()
    o.matrix_world=Matrix.Translation(Vector(c))@M@Matrix.Rotation(spin,4,'Z')@Matrix.Diagonal((r,r,r,1)); return o
def sphere_mesh(seg=20,name='bead'):
    me=bpy.data.meshes.new(name); bm=bmesh.new(); bmesh.ops.create_uvsphere(bm,u_segments=seg,v_segments=seg//2,radius=1); bm.to_mesh(me); bm.free(); me.shade_smooth(); return me
def tube(pts,rads,mat,name='tube',res=4):
    """poly-bezier tube via curve; rads per point"""
    cu=bpy.data.curves.new(name,'CURVE'); cu.dimensions='3D'; cu.bevel_depth=1.0; cu.bevel_resolution=res; cu.use_fill_caps=True; cu.resolution_u=10
    sp=cu.splines.new('NURBS'); sp.points.add(len(pts)-1); sp.use_endpoint_u=True; sp.order_u=min(4,len(pts))
    for p,q,r in zip(sp.points,pts,rads): p.co=(*q,1); p.radius=r
    o=bpy.data.objects.new(name,cu); bpy.context.collection.objects.link(o); cu.materials.append(mat); return o
def text_mesh(txt,size,font=FONT_R,extrude=0.02,tracking=1.0,bevel=0.0,res=6,align='CENTER'):
    cu=bpy.data.curves.new('txt','FONT'); cu.body=txt; cu.size=size; cu.font=bpy.data.fonts.load(font,check_existing=True)
    cu.extrude=extrude; cu.align_x=align; cu.align_y='CENTER'; cu.space_character=tracking; cu.bevel_depth=bevel; cu.bevel_resolution=0; cu.resolution_u=res
    o=bpy.data.objects.new('txt',cu); bpy.context.collection.objects.link(o)
    me=bpy.data.meshes.new_from_object(o.evaluated_get(bpy.context.evaluated_depsgraph_get())); bpy.data.objects.remove(o)
    bm=bmesh.new(); bm.from_mesh(me); bmesh.ops.remove_doubles(bm,verts=bm.verts,dist=1e-5); bmesh.ops.triangulate(bm,faces=bm.faces); bmesh.ops.recalc_face_normals(bm,faces=bm.faces); bm.to_mesh(me); bm.free()
    return me
def strip(name,pts,wdir,width,mat,thick=0.03,sub=1,edge=None):
    """ribbon: pts Nx3 path, wdir Nx3 (or one) width direction; UV for satin"""
    pts=np.array(pts,float); N=len(pts); W=np.broadcast_to(np.array(wdir,float),(N,3)); width=np.broadcast_to(width,(N,)); K=9
    V=[];F=[];UV=[]
    for i in range(N):
        for k in range(K): V.append(pts[i]+W[i]*width[i]*(k/(K-1)-.5))
    for i in range(N-1):
        for k in range(K-1): F.append((i*K+k,i*K+k+1,(i+1)*K+k+1,(i+1)*K+k))
    o=meshobj(name,V,F,mat); uv=o.data.uv_layers.new(name='UVMap')
    for p in o.data.polygons:
        for li,vi in zip(p.loop_indices,p.vertices): uv.data[li].uv=((vi%K)/(K-1),(vi//K)*0.1)
    s=o.modifiers.new('sol','SOLIDIFY'); s.thickness=thick; s.offset=0
    if sub: m=o.modifiers.new('sub','SUBSURF'); m.levels=m.render_levels=sub
    return o
def superring(a,b,n,prof,mat,M=256,name='sbox',cap_top=True,cap_bot=True,sharp=30):
    """stack of superellipse rings; prof=[(inset,z),...] bottom->top"""
    th=np.linspace(0,2*np.pi,M,endpoint=False); c,s=np.cos(th),np.sin(th)
    X=np.sign(c)*np.abs(c)**(2/n); Y=np.sign(s)*np.abs(s)**(2/n); V=[];F=[]
    for d,z in prof:
        for x,y in zip(X,Y): V.append((x*(a-d),y*(b-d),z))
    for i in range(len(prof)-1):
        for k in range(M): l=(k+1)%M; F.append((i*M+k,i*M+l,(i+1)*M+l,(i+1)*M+k))
    if cap_bot: F.append(tuple(range(M-1,-1,-1)))
    if cap_top: F.append(tuple(range((len(prof)-1)*M,len(prof)*M)))
    o=meshobj(name,V,F,mat); fixnormals(o); o.data.shade_smooth(); o.data.set_sharp_from_angle(angle=math.radians(sharp)); return o
def rounded(z0,z1,r,d0=0.0,n=8,bot=True,top=True):
    """profile of a wall with rounded edges"""
    p=[]
    if bot: p+=[(d0+r*(1-math.sin(a)),z0+r*(1-math.cos(a))) for a in np.linspace(0,math.pi/2,n)]
    else: p+=[(d0,z0)]
    if top: p+=[(d0+r*(1-math.cos(a)),z1-r*(1-math.sin(a))) for a in np.linspace(0,math.pi/2,n)]
    else: p+=[(d0,z1)]
    return p
def group(objs,name='grp'):
    e=bpy.data.objects.new(name,None); bpy.context.collection.objects.link(e)
    for o in objs: o.parent=e
    return e
def export_zone(path,pts_grid,name,cam=None,normal_hint=None):
    """3D zone (rows x cols x xyz) -> normalised screen coords (origin top-left)"""
    s=bpy.context.scene; cam=cam or s.camera; bpy.context.view_layer.update()
    rows=[]
    for row in pts_grid:
        r=[]
        for p in row:
            v=world_to_camera_view(s,cam,Vector(p)); r.append([round(v.x,5),round(1-v.y,5),round(v.z,3)])
        rows.append(r)
    W,H=s.render.resolution_x,s.render.resolution_y
    d=dict(name=name,image=[W,H],rows=len(rows),cols=len(rows[0]),grid=[[p[:2] for p in r] for r in rows],depth_cm=[rows[0][0][2],rows[-1][-1][2]],
        baseline_svg='M'+' L'.join(f'{(a[0]+b[0])/2*W:.1f} {(a[1]+b[1])/2*H:.1f}' for a,b in zip(rows[0],rows[-1])),
        quad=[rows[0][0][:2],rows[0][-1][:2],rows[-1][-1][:2],rows[-1][0][:2]])
    json.dump(d,open(path,'w')); return d
