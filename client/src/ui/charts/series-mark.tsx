import type { SeriesLook } from './time-series.ts';

interface StripesProps {
  id: string;
  stroke: string;
}

/** Diagonal stripes in one colour, for areas that need a third tone. */
export function Stripes({ id, stroke }: StripesProps) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line x1="0" y1="0" x2="0" y2="5" stroke={stroke} strokeWidth="3" />
    </pattern>
  );
}

export interface SeriesMarkProps {
  look: SeriesLook;
  form: 'lines' | 'areas' | 'bars';
  id: string;
}

/** The sample of a series in legend and tooltip, drawn exactly as in the chart. */
export function SeriesMark({ look, form, id }: SeriesMarkProps) {
  const { stroke, fill = stroke, dashed = false, striped = false, fillOpacity = 1 } = look;
  return (
    <svg width="14" height="10" viewBox="0 0 14 10" aria-hidden="true">
      {striped && <Stripes id={id} stroke={stroke} />}
      {form === 'lines' ? (
        <path d="M0 5h14" stroke={stroke} strokeWidth="2" {...(dashed && { strokeDasharray: '4 3' })} />
      ) : (
        <rect
          x="0.75"
          y="0.75"
          width="12.5"
          height="8.5"
          stroke={stroke}
          strokeWidth="1.5"
          fill={striped ? `url(#${id})` : fill}
          fillOpacity={fillOpacity}
        />
      )}
    </svg>
  );
}
