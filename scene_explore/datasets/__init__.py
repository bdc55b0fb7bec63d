"Other people's films and annotations, and our own rendered ones"
from .._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'ada': 'load_ada',
    'label_files': 'apply_labels read_labels',
    'loaders': 'load_finevideo load_folder',
    'movienet': 'load_benchmark load_movienet',
    'scene_lists': 'load_bbc load_features load_ovsd load_rai',
    'series': 'load_series',
    'shot_labels': 'boundary_labels cut_times',
})
