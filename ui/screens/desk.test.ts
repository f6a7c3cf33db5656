import { lookAt } from './look';
import { variants } from './variants';

lookAt(variants.filter((variant) => variant.size.width >= 720));
