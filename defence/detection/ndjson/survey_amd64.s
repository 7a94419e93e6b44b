#include "textflag.h"

// func flag(bits []uint64, text []byte) (other uint64)
TEXT ·flag(SB), NOSPLIT, $0-56
	MOVQ bits_base+0(FP), DI
	MOVQ bits_len+8(FP), CX
	MOVQ text_base+24(FP), SI

	MOVQ       $0x2222222222222222, AX // quotes
	MOVQ       AX, X8
	PUNPCKLQDQ X8, X8
	MOVQ       $0x5c5c5c5c5c5c5c5c, AX // backslashes
	MOVQ       AX, X9
	PUNPCKLQDQ X9, X9
	PXOR       X10, X10                // every byte, by OR

	TESTQ CX, CX
	JZ    done

loop:
	MOVOU 0(SI), X0
	MOVOU 16(SI), X1
	MOVOU 32(SI), X2
	MOVOU 48(SI), X3
	POR   X0, X10
	POR   X1, X10
	POR   X2, X10
	POR   X3, X10

	MOVO     X0, X4
	PCMPEQB  X8, X4
	PCMPEQB  X9, X0
	POR      X4, X0
	PMOVMSKB X0, AX
	MOVO     X1, X5
	PCMPEQB  X8, X5
	PCMPEQB  X9, X1
	POR      X5, X1
	PMOVMSKB X1, BX
	MOVO     X2, X6
	PCMPEQB  X8, X6
	PCMPEQB  X9, X2
	POR      X6, X2
	PMOVMSKB X2, DX
	MOVO     X3, X7
	PCMPEQB  X8, X7
	PCMPEQB  X9, X3
	POR      X7, X3
	PMOVMSKB X3, R8

	SHLQ $16, BX
	ORQ  BX, AX
	SHLQ $32, DX
	ORQ  DX, AX
	SHLQ $48, R8
	ORQ  R8, AX
	MOVQ AX, 0(DI)

	ADDQ $64, SI
	ADDQ $8, DI
	DECQ CX
	JNZ  loop

done:
	PMOVMSKB X10, AX
	MOVQ     AX, other+48(FP)
	RET
