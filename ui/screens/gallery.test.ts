import { shots } from './gallery';
import { lookAt } from './look';
import { variants } from './variants';

lookAt(variants, shots);
