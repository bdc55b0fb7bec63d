"Films of our own, of which everything is known"
from ..._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'continuity_errors': 'ContinuityError load_errors plant_errors render_with_errors',
    'films': 'label_from_truth load_truth render_film title_card',
    'probes': 'FACTORS ProbeSet load_probe probe_design probe_set render_probe shipped_probe',
    'scripts':
        'film_seeds rooms_of',
})
