// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/clang/node_kind.h"

namespace memprof::scan {
namespace {

NodeKind KindOfTemplate(CXCursor cursor) {
  switch (clang_getTemplateCursorKind(cursor)) {
    case CXCursor_CXXMethod:
    case CXCursor_ConversionFunction:
      return NodeKind::kMethod;
    case CXCursor_Constructor:
      return NodeKind::kConstructor;
    default:
      return NodeKind::kFunction;
  }
}

}  // namespace

NodeKind NodeKindOf(CXCursor cursor) {
  switch (clang_getCursorKind(cursor)) {
    case CXCursor_Namespace:
      return NodeKind::kNamespace;
    case CXCursor_StructDecl:
    case CXCursor_ClassDecl:
    case CXCursor_UnionDecl:
    case CXCursor_ClassTemplate:
    case CXCursor_ClassTemplatePartialSpecialization:
      return NodeKind::kClass;
    case CXCursor_CXXBaseSpecifier:
      return NodeKind::kBase;
    case CXCursor_FunctionTemplate:
      return KindOfTemplate(cursor);
    case CXCursor_FunctionDecl:
      return NodeKind::kFunction;
    case CXCursor_CXXMethod:
    case CXCursor_ConversionFunction:
      return NodeKind::kMethod;
    case CXCursor_Constructor:
      return NodeKind::kConstructor;
    case CXCursor_Destructor:
      return NodeKind::kDestructor;
    case CXCursor_ParmDecl:
      return NodeKind::kParameter;
    case CXCursor_VarDecl:
      return NodeKind::kVariable;
    case CXCursor_FieldDecl:
      return NodeKind::kField;
    case CXCursor_CompoundStmt:
      return NodeKind::kBlock;
    case CXCursor_DeclStmt:
      return NodeKind::kDeclarations;
    case CXCursor_IfStmt:
      return NodeKind::kIf;
    case CXCursor_ForStmt:
    case CXCursor_WhileStmt:
    case CXCursor_DoStmt:
    case CXCursor_CXXForRangeStmt:
      return NodeKind::kLoop;
    case CXCursor_SwitchStmt:
      return NodeKind::kSwitch;
    case CXCursor_CaseStmt:
    case CXCursor_DefaultStmt:
      return NodeKind::kCase;
    case CXCursor_ReturnStmt:
      return NodeKind::kReturn;
    case CXCursor_BreakStmt:
      return NodeKind::kBreak;
    case CXCursor_ContinueStmt:
      return NodeKind::kContinue;
    case CXCursor_GotoStmt:
    case CXCursor_IndirectGotoStmt:
      return NodeKind::kGoto;
    case CXCursor_CXXTryStmt:
      return NodeKind::kTry;
    case CXCursor_CXXCatchStmt:
      return NodeKind::kCatch;
    case CXCursor_CXXThrowExpr:
      return NodeKind::kThrow;
    case CXCursor_CallExpr:
      return NodeKind::kCall;
    case CXCursor_MemberRefExpr:
    case CXCursor_MemberRef:
      return NodeKind::kMember;
    case CXCursor_DeclRefExpr:
    case CXCursor_OverloadedDeclRef:
      return NodeKind::kName;
    case CXCursor_CXXThisExpr:
      return NodeKind::kThis;
    case CXCursor_LambdaExpr:
      return NodeKind::kLambda;
    case CXCursor_VariableRef:
      return NodeKind::kCapture;
    case CXCursor_CXXNewExpr:
      return NodeKind::kNew;
    case CXCursor_CXXDeleteExpr:
      return NodeKind::kDelete;
    case CXCursor_BinaryOperator:
    case CXCursor_CompoundAssignOperator:
      return NodeKind::kBinary;
    case CXCursor_UnaryOperator:
      return NodeKind::kUnary;
    case CXCursor_ArraySubscriptExpr:
      return NodeKind::kIndex;
    case CXCursor_ConditionalOperator:
      return NodeKind::kConditional;
    case CXCursor_CStyleCastExpr:
    case CXCursor_CXXStaticCastExpr:
    case CXCursor_CXXDynamicCastExpr:
    case CXCursor_CXXReinterpretCastExpr:
    case CXCursor_CXXConstCastExpr:
    case CXCursor_CXXFunctionalCastExpr:
      return NodeKind::kCast;
    case CXCursor_InitListExpr:
      return NodeKind::kInitList;
    case CXCursor_IntegerLiteral:
    case CXCursor_FloatingLiteral:
    case CXCursor_StringLiteral:
    case CXCursor_CharacterLiteral:
    case CXCursor_CXXBoolLiteralExpr:
    case CXCursor_CXXNullPtrLiteralExpr:
      return NodeKind::kLiteral;
    default:
      return NodeKind::kOther;
  }
}

bool IsLeftOut(CXCursorKind kind) {
  switch (kind) {
    case CXCursor_TypeRef:
    case CXCursor_TemplateRef:
    case CXCursor_NamespaceRef:
    case CXCursor_LabelRef:
    case CXCursor_TemplateTypeParameter:
    case CXCursor_NonTypeTemplateParameter:
    case CXCursor_TemplateTemplateParameter:
    case CXCursor_TypedefDecl:
    case CXCursor_TypeAliasDecl:
    case CXCursor_TypeAliasTemplateDecl:
    case CXCursor_UsingDeclaration:
    case CXCursor_UsingDirective:
    case CXCursor_NamespaceAlias:
    case CXCursor_CXXAccessSpecifier:
    case CXCursor_EnumDecl:
    case CXCursor_StaticAssert:
    case CXCursor_FriendDecl:
      return true;
    default:
      return clang_isAttribute(kind) != 0;
  }
}

bool IsTransparent(CXCursorKind kind) {
  return kind == CXCursor_UnexposedExpr || kind == CXCursor_ParenExpr;
}

}  // namespace memprof::scan
