"Films of our own, of which everything is known"
from ..._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'films':
        'BATCH DISSOLVE FACTORS FADE ProbeSet clips_for_pretraining label_from_truth load_probe '
        'load_truth probe_design probe_set random_shot render_film render_probe shipped_probe '
        'title_card',
    'scripts':
        'film_seeds rooms_of',
})
