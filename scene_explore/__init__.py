"Does a video model know that two shots show the same place?"
from ._lazy import attach

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = attach(__name__, {
    'core.scenes': 'scene_table',
    'core.store': 'Store',
    'datasets.loaders': 'load_finevideo load_folder',
    'video.shots': 'detect_shots',
    'encoders.embed': 'embed get_backbone',
    'encoders.relatedness': 'relatedness',
    'encoders.text': 'embed_text',
    'labels.tags': 'add_tags read_tags scene_tags tag_scenes',
    'labels.teachers': 'label_places',
    'geometry': 'pca place_precision place_test probe_attribution whiten',
    'training.losses': 'ideal_geometry',
    'training.runs': 'FinetuneConfig',
    'training.finetune': 'finetune',
    'training.ablation': 'ablate',
    'pipelines.explore': 'explore',
    'pipelines.segment': 'segment',
    'pipelines.benchmark': 'benchmark',
    'views.gallery': 'Gallery',
    'views.stage': 'link',
    'views.studio': 'Studio',
    'views.weighting_lab': 'WeightingLab',
})
